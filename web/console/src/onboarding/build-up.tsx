/** How a limit and a rate came about: every bound, of which the lowest holds, and every part. */
import { Card } from "antd";
import { grouped } from "../base/shown";
import { Bar } from "../ui/figure";
import { useWords } from "../words";

export function BuildUp({ of }: { of: Record<string, unknown> }) {
  const words = useWords();
  const bounds = Object.entries((of.limit_bounds ?? {}) as Record<string, string>).sort(
    ([, one], [, other]) => Number(one) - Number(other),
  );
  const parts = Object.entries((of.rate_parts_bps ?? {}) as Record<string, number>);
  const most = Math.max(1, ...bounds.map(([, one]) => Number(one)));
  const dearest = Math.max(1, ...parts.map(([, one]) => one));
  const said = words.buildUp.names as Record<string, string>;
  return (
    <div className="cards wide">
      <Card size="small" title={words.buildUp.limit}>
        {bounds.map(([name, one], place) => (
          <Bar
            key={name}
            name={place === 0 ? <strong>{said[name] ?? name}</strong> : (said[name] ?? name)}
            share={Number(one) / most}
            number={grouped(one)}
          />
        ))}
        <p className="quiet">{words.buildUp.limitWhy}</p>
      </Card>
      <Card size="small" title={words.buildUp.rate}>
        {parts.map(([name, one]) => (
          <Bar key={name} name={said[name] ?? name} share={one / dearest} number={(one / 100).toFixed(2)} />
        ))}
        <p className="quiet">{words.buildUp.rateWhy}</p>
      </Card>
    </div>
  );
}
