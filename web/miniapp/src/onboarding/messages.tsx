import { get, post } from "../base/api";
import { useAsk } from "../base/ask";
import { moment } from "../base/days";
import { Card, Loading, Page, Section, Tag, Trouble } from "../ui/parts";
import { useLanguage, useWords } from "../words";

/** Everything we told this person, newest first; opening the list reads it. */
export default function Messages() {
  const w = useWords();
  const language = useLanguage();
  const box = useAsk(async () => {
    const found = await get("/v1/notices", { most: 100 });
    const fresh = found.data.filter((one) => !one.read_at);
    void Promise.all(
      fresh.map((one) => post("/v1/notices/{notice_id}/readings", undefined, { notice_id: one.id })),
    ).catch(() => undefined);
    return found;
  });
  return (
    <Page title={w.messages.title} top="onboarding/messages">
      <Trouble error={box.error} again={() => void box.again()} />
      {!box.data && !box.error && <Loading />}
      {box.data?.data.length === 0 && (
        <Card>
          <p className="text strong">{w.messages.none}</p>
          <p className="quiet">{w.messages.noneText}</p>
        </Card>
      )}
      {box.data && box.data.data.length > 0 && <Section>{w.messages.all}</Section>}
      {box.data?.data.map((one) => (
        <Card key={one.id}>
          <p className="text">
            <span className="strong">{one[language].title}</span>{" "}
            {!one.read_at && <Tag tone="good">{w.messages.fresh}</Tag>}
          </p>
          <p className="text">{one[language].text}</p>
          <p className="quiet">{moment(one.at)}</p>
        </Card>
      ))}
    </Page>
  );
}
