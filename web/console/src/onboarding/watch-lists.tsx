import { Segmented } from "antd";
import { useSearchParams } from "react-router";
import { Act } from "../ui/act";
import { Listing } from "../ui/listing";
import { Page } from "../ui/page";
import { useWords } from "../words";

const LISTS = ["sanctions", "public_office", "court", "own"] as const;

export function WatchLists() {
  const words = useWords();
  const [search, setSearch] = useSearchParams();
  const name = LISTS.find((one) => one === search.get("list")) ?? "sanctions";
  return (
    <Page
      title={words.sections.watchLists}
      about={words.about.watchLists}
      acts={
        <Act
          act="enterWatch"
          primary
          path="/v1/staff/watch-lists/{name}/entries"
          values={{ name }}
          asks={[
            { name: "name", as: "text" },
            { name: "id_number", as: "text", optional: true },
            { name: "born_on", as: "date", optional: true },
            { name: "source", as: "text" },
          ]}
          body={(typed) => ({
            source: typed.source,
            entries: [{ names: [typed.name], id_number: typed.id_number, born_on: typed.born_on }],
          })}
        />
      }
    >
      <Segmented
        aria-label={words.sections.watchLists}
        value={name}
        options={LISTS.map((one) => ({ value: one, label: words.codes[one] }))}
        onChange={(list) => setSearch({ list })}
        style={{ marginBottom: 12 }}
      />
      <Listing
        whole
        path="/v1/staff/watch-lists/{name}/entries"
        values={{ name }}
        columns={["id", "names", "id_number", "born_in"]}
        acts={(one) => (
          <Act
            act="removeWatch"
            danger
            method="DELETE"
            path="/v1/staff/watch-lists/entries/{entry_id}"
            values={{ entry_id: one.id }}
            asks={[{ name: "reason", as: "text" }]}
          />
        )}
      />
    </Page>
  );
}
