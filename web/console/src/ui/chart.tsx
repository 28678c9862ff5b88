/** A picture with its numbers: drawn when seen, and to be had as a picture or as a sheet. The drawing library comes with it. */
import { DownloadOutlined, TableOutlined } from "@ant-design/icons";
import { Button, Space, Table } from "antd";
import { BarChart, GraphChart, HeatmapChart, LineChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent, VisualMapComponent } from "echarts/components";
import { type EChartsCoreOption, init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { useShade } from "../base/language";
import { useWords } from "../words";
import { save, sheet } from "./sheet";
import { None } from "./states";

use([
  BarChart,
  GraphChart,
  HeatmapChart,
  LineChart,
  GridComponent,
  LegendComponent,
  TooltipComponent,
  VisualMapComponent,
  SVGRenderer,
]);

const COLOURS = ["#0b6650", "#d08a1d", "#3d6fb4", "#b3452f", "#7a5ba6", "#5f7d3b", "#1d8f9e", "#8a6d4f"];

interface Props {
  title: string;
  option: EChartsCoreOption;
  /** The numbers behind it, as they are exported and read out. */
  numbers: Record<string, string | number>[];
  tall?: number;
  extra?: ReactNode;
}

export function Chart({ title, option, numbers, tall = 280, extra }: Props) {
  const words = useWords();
  const shade = useShade();
  const place = useRef<HTMLDivElement>(null);
  const [asTable, setAsTable] = useState(false);
  useEffect(() => {
    const element = place.current;
    if (!element || asTable) return;
    const drawn = init(element, shade === "dark" ? "dark" : undefined, { renderer: "svg" });
    drawn.setOption({
      backgroundColor: "transparent",
      color: COLOURS,
      animationDuration: 250,
      grid: { left: 8, right: 16, top: 52, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", confine: true },
      legend: { top: 0, right: 0, type: "scroll" },
      ...option,
    });
    const watch = new ResizeObserver(() => drawn.resize());
    watch.observe(element);
    return () => {
      watch.disconnect();
      drawn.dispose();
    };
  }, [option, shade, asTable]);
  const picture = () => {
    const svg = place.current?.querySelector("svg");
    if (svg) save(new Blob([new XMLSerializer().serializeToString(svg)], { type: "image/svg+xml" }), `${title}.svg`);
  };
  const names = Object.keys(numbers[0] ?? {});
  return (
    <section className="chart" aria-label={title}>
      <header>
        <h3>{title}</h3>
        <Space size={4}>
          {extra}
          <Button
            type="text"
            size="small"
            icon={<TableOutlined />}
            aria-pressed={asTable}
            aria-label={`${words.chart.numbers}: ${title}`}
            onClick={() => setAsTable(!asTable)}
          />
          <Button
            type="text"
            size="small"
            icon={<DownloadOutlined />}
            aria-label={`${words.chart.save}: ${title}`}
            onClick={() => {
              if (!asTable) picture();
              save(sheet(numbers), `${title}.csv`);
            }}
          />
        </Space>
      </header>
      {numbers.length === 0 ? (
        <None />
      ) : asTable ? (
        <Table
          size="small"
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          rowKey={(row) => names.map((name) => row[name]).join("|")}
          dataSource={numbers}
          columns={names.map((name) => ({
            title: name,
            dataIndex: name,
            align: typeof numbers[0]?.[name] === "number" ? "right" : "left",
          }))}
        />
      ) : (
        <div ref={place} style={{ height: tall }} role="img" aria-label={title} />
      )}
    </section>
  );
}
