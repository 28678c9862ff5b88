/** What people ask for by right, and complain of: by when it is to be answered, and the answer. */
import { useQuery } from "@tanstack/react-query";
import { Alert, Card, Typography } from "antd";
import { useParams } from "react-router";
import { get } from "../base/api";
import { useLanguage } from "../base/language";
import { Act } from "../ui/act";
import { Facts } from "../ui/facts";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Loaded } from "../ui/states";
import { Code } from "../ui/value";
import { said, useWords } from "../words";

export function Rights() {
  const words = useWords();
  return (
    <Page title={words.sections.rights} about={words.about.rights}>
      <Listing
        path="/v1/staff/rights-requests"
        columns={[
          "id",
          "person_id",
          "right",
          "asked_on",
          "answer_by",
          "status",
          "answered_by",
          "ended_on",
          "carried_out_on",
        ]}
        filters={{ status: ["asked", "granted", "declined", "withdrawn"], late: ["true"] }}
        to={(one) => `/rights/${one.id}`}
      />
    </Page>
  );
}

export function RightPage() {
  const { id = "" } = useParams();
  const words = useWords();
  const language = useLanguage();
  const found = useQuery({
    queryKey: ["/v1/staff/rights-requests", id],
    queryFn: () => get("/v1/staff/rights-requests/{request_id}", { request_id: id }),
  });
  return (
    <Loaded of={found}>
      {({ request, words: told, answer, open }) => (
        <Page
          title={said(words, request.right)}
          about={<Code code={request.status} />}
          acts={
            request.status === "asked" && (
              <Act
                act="answerRight"
                primary
                path="/v1/staff/rights-requests/{request_id}/answers"
                values={{ request_id: id }}
                asks={[
                  { name: "granted", as: "switch", initial: true },
                  { name: "answer", as: "long" },
                ]}
              />
            )
          }
        >
          <Facts
            of={request}
            only={["id", "person_id", "asked_on", "answer_by", "answered_by", "ended_on", "carried_out_on"]}
          />
          {open.length > 0 && (
            <Alert
              type="warning"
              showIcon
              style={{ marginTop: 16 }}
              message={words.rights.open}
              description={open.map((one) => one[language]).join("、")}
            />
          )}
          <h2>{words.rights.words}</h2>
          <Card size="small">
            <Typography.Paragraph style={{ whiteSpace: "pre-wrap", margin: 0 }}>{told || "—"}</Typography.Paragraph>
          </Card>
          {answer && (
            <>
              <h2>{words.fields.answer}</h2>
              <Card size="small">{answer}</Card>
            </>
          )}
        </Page>
      )}
    </Loaded>
  );
}
