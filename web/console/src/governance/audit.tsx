import { Page } from "../ui/page";
import { useWords } from "../words";
import { Notes } from "./trail";

/** The actions by which somebody saw something in the clear, and how they came in. */
const LOOKS = [
  "person_revealed",
  "person_searched",
  "document_seen",
  "contract_read",
  "number_shown",
  "rights_request_read",
  "logged_in",
] as const;

export function Audit() {
  const words = useWords();
  return (
    <Page title={words.sections.audit} about={words.about.audit}>
      <Notes filters={{ action: LOOKS, subject: "text", actor: "text" }} />
    </Page>
  );
}
