/** The versions of what judges a use: put forward, measured and tested by another, let in, retired. */
import { useQuery } from "@tanstack/react-query";
import { Button } from "antd";
import { useParams } from "react-router";
import { type Answer, file, get } from "../base/api";
import { useMe } from "../base/me";
import { percent } from "../base/shown";
import { Trail } from "../governance/trail";
import { Act } from "../ui/act";
import { Facts } from "../ui/facts";
import { Figure } from "../ui/figure";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { save } from "../ui/sheet";
import { Loaded } from "../ui/states";
import { useTelling } from "../ui/telling";
import { Code } from "../ui/value";
import { said, useWords } from "../words";
import { Measured, type Measures } from "./measured";

type Version = Answer<"get", "/v1/staff/models/{use}/versions/{number}">["version"];

export function Versions({ use }: { use: string }) {
  const me = useMe();
  return (
    <>
      <p>
        <Act
          act="submitModel"
          path="/v1/staff/models/{use}/versions"
          values={{ use }}
          asks={[
            { name: "scorecard", as: "document" },
            { name: "card", as: "document" },
            { name: "owner", as: "text" },
            { name: "limits", as: "long" },
            { name: "effective_from", as: "date", initial: me.business_day },
          ]}
        />
      </p>
      <Listing
        whole
        path="/v1/staff/models/{use}/versions"
        values={{ use }}
        columns={[
          "number",
          "name",
          "judges",
          "status",
          "effective_from",
          "owner",
          "submitted_by",
          "validated_by",
          "decided_by",
          "hash",
        ]}
        to={(one) => `/models/${use}/versions/${one.number}`}
      />
    </>
  );
}

export function VersionPage() {
  const { use = "", number = "" } = useParams();
  const words = useWords();
  const found = useQuery({
    queryKey: ["/v1/staff/models", use, "versions", number],
    queryFn: () => get("/v1/staff/models/{use}/versions/{number}", { use, number }),
  });
  return (
    <Loaded of={found}>
      {({ version, card }) => (
        <Page
          title={`${said(words, use)} · ${version.name} · ${version.number}`}
          about={<Code code={version.judges ? "in_use" : version.status} />}
          acts={<Acts of={version} />}
        >
          <Facts
            of={version}
            only={[
              "effective_from",
              "owner",
              "submitted_by",
              "submitted_on",
              "validated_by",
              "validated_on",
              "decided_by",
              "hash",
            ]}
          />
          {version.limits && <p className="quiet">{version.limits}</p>}
          <Making of={card} />
          {version.findings && (
            <>
              <h2>{words.fields.findings}</h2>
              <p style={{ whiteSpace: "pre-wrap" }}>{version.findings}</p>
            </>
          )}
          {version.measures && <Measured of={version.measures as unknown as Measures} />}
          <h2>{words.applicant.trail}</h2>
          <Trail subject={version.id} />
        </Page>
      )}
    </Loaded>
  );
}

function Acts({ of }: { of: Version }) {
  const values = { use: of.use, number: of.number };
  const path = "/v1/staff/models/{use}/versions/{number}";
  const words = useWords();
  const telling = useTelling();
  return (
    <>
      <Button
        onClick={() =>
          telling(async () => save(await file(`${path}/report.pdf`, values), `${of.use}-${of.number}.pdf`))
        }
      >
        {words.model.report}
      </Button>
      {of.status === "submitted" && (
        <Act
          act="validateModel"
          primary
          path={`${path}/validations`}
          values={values}
          asks={[{ name: "findings", as: "long" }]}
        />
      )}
      {of.status === "validated" && <Act act="approve" primary path={`${path}/approvals`} values={values} />}
      {(of.status === "submitted" || of.status === "validated") && (
        <Act act="reject" danger path={`${path}/rejections`} values={values} />
      )}
      {of.status === "approved" && <Act act="retireModel" danger path={`${path}/retirements`} values={values} />}
    </>
  );
}

/** How it says of itself to tell people apart. */
function Making({ of }: { of: Record<string, unknown> }) {
  const words = useWords();
  const told = (of.models as Record<string, Record<string, number>> | undefined)?.scorecard;
  return (
    <div className="cards">
      <Figure name={words.fields.rows} number={String(of.rows ?? "—")} />
      <Figure
        name={words.fields.bad_rate}
        number={typeof of.bad_rate === "number" ? percent(of.bad_rate) : "—"}
        note={String(of.bad_means ?? "")}
      />
      <Figure name="AUC" number={told?.auc?.toFixed(4) ?? "—"} note={`KS ${told?.ks?.toFixed(4) ?? "—"}`} />
    </div>
  );
}
