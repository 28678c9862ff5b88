import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { useWords } from "../words";

export function Features() {
  const words = useWords();
  return (
    <Page title={words.sections.features} about={words.about.features}>
      <Listing
        whole
        path="/v1/staff/features"
        columns={["name", "zh", "en", "source", "unit", "window_days", "risk"]}
      />
    </Page>
  );
}
