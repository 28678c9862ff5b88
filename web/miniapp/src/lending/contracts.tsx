import { get } from "../base/api";
import { useAsk, useDo } from "../base/ask";
import { moment } from "../base/days";
import { openPdf } from "../base/files";
import { Button, Card, Loading, Page, Rows, Trouble } from "../ui/parts";
import { useLanguage, useWords } from "../words";

/** Everything that was signed, to keep. */
export default function Contracts() {
  const w = useWords();
  const language = useLanguage();
  const found = useAsk(() => get("/v1/contracts"));
  const open = useDo((id: string, reference: string) =>
    openPdf(`/v1/contracts/${id}/document.pdf`, `${reference}.pdf`),
  );
  return (
    <Page title={w.contracts.title}>
      <p className="lead">{w.contracts.lead}</p>
      <Trouble error={found.error ?? open.error} again={() => void found.again()} />
      {!found.data && !found.error && <Loading />}
      {found.data?.data.length === 0 && <p className="lead">{w.contracts.none}</p>}
      {found.data?.data.map((one) => (
        <Card key={one.id}>
          <p className="text strong">{one.title[language]}</p>
          <Rows
            of={[
              [w.contracts.reference, one.reference],
              [w.contracts.signedAt, moment(one.signed_at)],
            ]}
          />
          <Button
            look="second"
            onClick={() => void open.run(one.id, one.reference)}
            busy={open.busy}
            off={!one.file_hash}
          >
            {one.file_hash ? w.contracts.open : w.contracts.made}
            <span className="unseen"> {one.reference}</span>
          </Button>
        </Card>
      ))}
    </Page>
  );
}
