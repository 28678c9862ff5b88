/** What went wrong by itself: whose duty it is, until when, taken by whom, and what it was. */
import { Act } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { Code } from "../ui/value";
import { useWords } from "../words";

export function Alarms() {
  const words = useWords();
  return (
    <Page title={words.sections.alarms} about={words.about.alarms}>
      <Listing
        path="/v1/staff/alarms"
        columns={[
          { name: "event", show: (one) => <Code code={one.what} /> },
          "subject",
          { name: "owner", show: (one) => <Code code={one.owner} /> },
          "status",
          "raised_on",
          { name: "close_by", show: (one) => one.due_on },
          "times",
          "last_on",
          "taken_by",
          "facts",
          "note",
        ]}
        filters={{ status: ["open", "taken", "closed"], owner: ["officer", "finance", "auditor"] }}
        acts={(one) => (
          <>
            {one.status === "open" && (
              <Act act="takeAlarm" path="/v1/staff/alarms/{alarm_id}/takings" values={{ alarm_id: one.id }} />
            )}
            {one.status !== "closed" && (
              <Act
                act="closeAlarm"
                path="/v1/staff/alarms/{alarm_id}/closings"
                values={{ alarm_id: one.id }}
                asks={[{ name: "note", as: "long" }]}
              />
            )}
          </>
        )}
      />
    </Page>
  );
}
