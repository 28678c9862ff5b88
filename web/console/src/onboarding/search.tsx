import { App } from "antd";
import { useNavigate } from "react-router";
import { Act } from "../ui/act";
import { useWords } from "../words";

/** Find a person by phone or identity number; that somebody looked, and why, is noted. */
export function Search() {
  const words = useWords();
  const go = useNavigate();
  const { message } = App.useApp();
  return (
    <Act
      act="search"
      primary
      path="/v1/staff/people/searches"
      asks={[
        { name: "phone", as: "text", optional: true },
        { name: "id_number", as: "text", optional: true },
        { name: "reason", as: "long" },
      ]}
      then={(answer) => {
        const { person_id } = answer as { person_id: string | null };
        if (person_id) go(`/people/${person_id}`);
        else message.info(words.states.nobody);
      }}
    />
  );
}
