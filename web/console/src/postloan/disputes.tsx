import { Act } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { useWords } from "../words";

export function Disputes() {
  const words = useWords();
  return (
    <Page title={words.sections.disputes} about={words.about.disputes}>
      <Listing
        whole
        path="/v1/staff/disputes"
        columns={["id", "what", "opened_on", "answer_by", "answered_on", "answer"]}
        acts={(one) =>
          !one.answered_on && (
            <Act
              act="answer"
              path="/v1/staff/disputes/{dispute_id}/answers"
              values={{ dispute_id: one.id }}
              asks={[{ name: "text", as: "long" }]}
            />
          )
        }
      />
    </Page>
  );
}
