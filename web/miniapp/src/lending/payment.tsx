import Taro from "@tarojs/taro";
import { useEffect, useState } from "react";
import { bytes, get, post, Refused } from "../base/api";
import { useAsk, useDo, useWatch } from "../base/ask";
import { moment } from "../base/days";
import { shown } from "../base/money";
import { asSource } from "../base/picture";
import { goOn, goTop, useParams } from "../base/route";
import { Button, Card, Loading, Money, Notice, Page, Trouble, Waiting } from "../ui/parts";
import { useWords } from "../words";

const ENDED = ["settled", "failed", "returned", "reversed"];

/** A payment on its way: by the card it goes by itself, by wallet or code the person pays it. */
export default function Payment() {
  const w = useWords();
  const { id = "" } = useParams();
  const found = useAsk(() => get("/v1/payments/{payment_id}", { payment_id: id }), [id]);
  const payment = found.data;
  const ended = payment ? ENDED.includes(payment.status) : false;
  useWatch(found.again, !ended, 1);
  const callOff = useDo(async () => {
    await post("/v1/payments/{payment_id}/cancellations", undefined, { payment_id: id });
    await found.again();
  });
  return (
    <Page title={w.payment.title}>
      <Trouble error={found.error ?? callOff.error} again={() => void found.again()} />
      {!payment && !found.error && <Loading />}
      {payment && (
        <Card>
          <p className="quiet">{w.payment.by[payment.by as keyof typeof w.payment.by] ?? payment.by}</p>
          <Money of={payment.amount} />
          {payment.asked && <p className="quiet">{w.payment.part(shown(payment.asked))}</p>}
        </Card>
      )}
      {payment && !ended && payment.by === "card" && (
        <Waiting>
          <p className="lead">{payment.status === "held" ? w.payment.held : w.payment.debiting}</p>
        </Waiting>
      )}
      {payment && !ended && payment.by !== "card" && <ByHand id={id} by={payment.by} until={payment.payable_until} />}
      {payment && !ended && payment.by !== "card" && (
        <Button look="plain" onClick={() => void callOff.run()} busy={callOff.busy}>
          {w.payment.callOff}
        </Button>
      )}
      {payment?.status === "settled" && (
        <Notice>
          <p className="text strong">{w.payment.settled}</p>
          <p className="text">{w.payment.settledText}</p>
        </Notice>
      )}
      {payment && ended && payment.status !== "settled" && (
        <Notice tone="warn">
          <p className="text strong">{w.payment.failed}</p>
          <p className="text">{w.failures[payment.reason as keyof typeof w.failures] ?? w.payment.failedText}</p>
        </Notice>
      )}
      {payment && ended && (
        <>
          <Button onClick={() => goOn("lending/loan", { id: payment.loan_id })}>{w.home.seeLoan}</Button>
          <Button look="plain" onClick={() => goTop("lending/home")}>
            {w.tabs.home}
          </Button>
        </>
      )}
    </Page>
  );
}

/** The rail's invitation: a code that anybody may scan, or WeChat's own pay sheet. */
function ByHand({ id, by, until }: { id: string; by: string; until: string | null }) {
  const w = useWords();
  const [picture, setPicture] = useState<string>();
  const [error, setError] = useState<Error>();
  useEffect(() => {
    let here = true;
    const look = async () => {
      try {
        if (by === "code") {
          const svg = await bytes(`/v1/payments/${id}/code.svg`);
          if (here) setPicture(asSource(svg, "image/svg+xml"));
          return;
        }
        const { hand_over } = await get("/v1/payments/{payment_id}/invitation", { payment_id: id });
        await Taro.requestPayment(hand_over as unknown as Taro.requestPayment.Option);
      } catch (caught) {
        if (!here) return;
        if (caught instanceof Refused && caught.status === 409) setTimeout(() => void look(), 1000);
        else if (caught instanceof Refused) setError(caught);
      }
    };
    void look();
    return () => {
      here = false;
    };
  }, [id, by]);
  if (error) return <Trouble error={error} />;
  if (by !== "code") return <Waiting>{w.payment.inWallet}</Waiting>;
  return (
    <Card>
      {picture ? <img className="qr" src={picture} alt={w.payment.codeAlt} /> : <Loading />}
      <p className="quiet">{w.payment.scan}</p>
      {until && <p className="quiet">{w.payment.until(moment(until))}</p>}
    </Card>
  );
}
