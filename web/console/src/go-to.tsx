/** Anywhere by keyboard: a section by its name, a thing by its id. */
import { AutoComplete, Modal } from "antd";
import { useState } from "react";
import { useMe } from "./base/me";
import { address, placeOf, sectionsOf } from "./base/places";
import { useWords } from "./words";

export function GoTo({ close, to }: { close: () => void; to: (place: string) => void }) {
  const words = useWords();
  const me = useMe();
  const [typed, setTyped] = useState("");
  const sections = sectionsOf(me).flatMap(([part, all]) =>
    all.map((one) => ({ value: address(one), label: `${words.parts[part]} › ${words.sections[one]}` })),
  );
  const place = placeOf(typed.trim());
  const wanted = typed.trim().toLowerCase();
  const found = place
    ? [{ value: place, label: `${words.frame.open} ${typed.trim()}` }]
    : sections.filter((one) => `${one.value} ${one.label}`.toLowerCase().includes(wanted));
  return (
    <Modal open title={words.frame.goTo} footer={null} onCancel={close} width={560} destroyOnHidden>
      <AutoComplete
        autoFocus
        defaultActiveFirstOption
        open
        style={{ width: "100%", marginBottom: 280 }}
        listHeight={250}
        options={found}
        onSearch={setTyped}
        onSelect={(value: string) => to(value)}
        placeholder={words.frame.goToHint}
        aria-label={words.frame.goTo}
      />
    </Modal>
  );
}
