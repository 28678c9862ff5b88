/** One application: what was asked, by whom (masked), what was found out, what was decided and why, and by which way. */
import { useQuery } from "@tanstack/react-query";
import { Card, Space, Tabs } from "antd";
import { useParams, useSearchParams } from "react-router";
import { get } from "../base/api";
import { may, useMe } from "../base/me";
import { ReviewActs } from "../credit/reviews";
import { Trail } from "../governance/trail";
import { Act } from "../ui/act";
import { Facts } from "../ui/facts";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Loaded } from "../ui/states";
import { Code } from "../ui/value";
import { useWords } from "../words";
import { DecisionTab } from "./decision";
import { Documents } from "./documents";
import { Net } from "./net";
import { Identity } from "./person";

export function Applicant() {
  const { id = "" } = useParams();
  const words = useWords();
  const me = useMe();
  const [search, setSearch] = useSearchParams();
  const values = { application_id: id };
  const found = useQuery({
    queryKey: ["/v1/staff/applications", id],
    queryFn: () => get("/v1/staff/applications/{application_id}", values),
  });
  return (
    <Loaded of={found}>
      {(one) => (
        <Page
          title={one.reference}
          about={<Code code={one.status} />}
          acts={
            <>
              <ReviewOf application={id} status={one.status} />
              <Act
                act="askAnew"
                danger
                path="/v1/staff/applications/{application_id}/doubts"
                values={values}
                asks={[{ name: "reason", as: "long" }]}
              />
              <Act
                act="markFraud"
                danger
                path="/v1/staff/applications/{application_id}/fraud-marks"
                values={values}
                asks={[{ name: "reason", as: "long" }]}
              />
            </>
          }
        >
          <Space direction="vertical" size={12} style={{ width: "100%" }}>
            <Facts of={one} only={["id", "person_id", "product", "amount", "months"]} />
            <Card size="small" title={words.applicant.person}>
              <Identity id={one.person_id} />
            </Card>
          </Space>
          <Tabs
            activeKey={search.get("tab") ?? "decision"}
            onChange={(tab) => setSearch({ tab }, { replace: true })}
            destroyOnHidden
            items={[
              { key: "decision", label: words.applicant.decision, children: <DecisionTab application={id} /> },
              { key: "documents", label: words.applicant.documents, children: <Documents application={id} /> },
              { key: "net", label: words.applicant.net, children: <Net application={id} /> },
              ...(may(me, "GET", "/v1/staff/applications/{application_id}/screenings")
                ? [
                    {
                      key: "screenings",
                      label: words.applicant.screenings,
                      children: (
                        <Listing
                          whole
                          path="/v1/staff/applications/{application_id}/screenings"
                          values={values}
                          columns={["at", "finding", "hits"]}
                          empty={words.applicant.clear}
                        />
                      ),
                    },
                  ]
                : []),
              { key: "trail", label: words.applicant.trail, children: <Trail subject={id} /> },
            ]}
          />
        </Page>
      )}
    </Loaded>
  );
}

/** The review that waits on this application, if one does. */
function ReviewOf({ application, status }: { application: string; status: string }) {
  const reviews = useQuery({
    queryKey: ["/v1/staff/reviews", "of", application],
    enabled: status === "in_review" || status === "declined",
    queryFn: async () => {
      const open = await Promise.all(
        (["waiting", "proposed"] as const).map((one) => get("/v1/staff/reviews", { status: one, most: 200 })),
      );
      return open.flatMap((one) => one.data).find((one) => one.application_id === application) ?? null;
    },
  });
  return reviews.data ? <ReviewActs of={reviews.data} primary /> : null;
}
