import { Page } from "../ui/page";
import { useWords } from "../words";
import { Notes } from "./trail";

export function Audit() {
  const words = useWords();
  return (
    <Page title={words.sections.audit} about={words.about.audit}>
      <Notes filters={{ subject: "text", actor: "text", action: "text" }} />
    </Page>
  );
}
