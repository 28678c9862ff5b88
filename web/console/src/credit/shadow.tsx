import { Listing } from "../ui/listing";
import { useWords } from "../words";

/** What a shadow said beside what was decided. */
export function Shadow({ id }: { id: string }) {
  const words = useWords();
  return (
    <Listing
      whole
      path="/v1/staff/strategies/{version_id}/shadows"
      values={{ version_id: id }}
      columns={["said", "decided", "applications"]}
      empty={words.strategy.noShadow}
    />
  );
}
