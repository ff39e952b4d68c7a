/** <crm-chart kind data>: draws the figure's own data with Chart.js; the table beside it stays the source of truth. */
import { ArcElement, BarController, BarElement, CategoryScale, Chart, DoughnutController, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip } from "chart.js";
import { define, readJson } from "../dom";

Chart.register(ArcElement, BarController, BarElement, CategoryScale, DoughnutController, Legend, LinearScale, LineController, LineElement, PointElement, Tooltip);

interface Data {
  columns: string[];
  rows: { cells: (string | number)[]; url: string }[];
  unit: string;
}
type Kind = "bar" | "hbar" | "line" | "doughnut" | "stacked";

const PALETTE = ["--color-primary", "--color-accent", "--color-secondary", "--color-success", "--color-info", "--color-warning"];
const DASHES = [[], [6, 4], [2, 3], [10, 4, 2, 4]];

function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** Canvas reads rgb reliably in every browser: resolve the token through an element. */
function colour(name: string): string {
  const probe = document.createElement("span");
  probe.className = "sr-only";
  probe.style.color = `var(${name})`;
  document.body.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

class Figure extends HTMLElement {
  private chart?: Chart;

  connectedCallback(): void {
    document.addEventListener("crm:theme", this.draw);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", this.draw);
    this.draw();
  }

  disconnectedCallback(): void {
    document.removeEventListener("crm:theme", this.draw);
    this.chart?.destroy();
  }

  private readonly draw = (): void => {
    const canvas = this.querySelector("canvas");
    const data = readJson<Data | null>(this.getAttribute("data"), null);
    if (!canvas || !data) return;
    this.chart?.destroy();
    const kind = (this.getAttribute("kind") ?? "bar") as Kind;
    this.chart = new Chart(canvas, {
      type: kind === "line" || kind === "doughnut" ? kind : "bar",
      data: { labels: data.rows.map(({ cells }) => String(cells[0])), datasets: this.series(data, kind) },
      options: this.options(data, kind),
    });
  };

  private series(data: Data, kind: Kind): Chart["data"]["datasets"] {
    return data.columns.slice(1).map((label, index) => {
      const values = data.rows.map(({ cells }) => Number(cells[index + 1] ?? 0));
      const own = colour(PALETTE[index % PALETTE.length] ?? "--color-primary");
      if (kind === "doughnut") return { label, data: values, backgroundColor: values.map((_, at) => colour(PALETTE[at % PALETTE.length] ?? "")), borderColor: colour("--color-base-100") };
      if (kind === "line") return { label, data: values, borderColor: own, backgroundColor: own, borderDash: DASHES[index % DASHES.length], borderWidth: 2, pointRadius: 2.5, tension: 0.25 };
      return { label, data: values, backgroundColor: own, borderRadius: 3, maxBarThickness: 34 };
    });
  }

  private options(data: Data, kind: Kind): Chart["options"] {
    const [ink, line] = [colour("--ink-muted"), colour("--line")];
    const font = { family: token("--font-sans"), size: 11 };
    const scale = { grid: { color: line }, border: { display: false }, ticks: { color: ink, font, precision: 0 }, beginAtZero: true, stacked: kind === "stacked" };
    const flat = { ...scale, grid: { display: false } };
    return {
      animation: false,
      maintainAspectRatio: false,
      indexAxis: kind === "hbar" ? "y" : "x",
      scales: kind === "doughnut" ? {} : kind === "hbar" ? { x: scale, y: flat } : { x: flat, y: scale },
      plugins: {
        legend: { display: data.columns.length > 2 || kind === "doughnut", position: "bottom", labels: { color: ink, font, boxWidth: 10, boxHeight: 10 } },
        tooltip: { callbacks: { label: (item) => `${item.dataset.label ?? ""}: ${item.formattedValue}${data.unit}` } },
      },
      onClick: (_event, hits) => {
        const url = data.rows[hits[0]?.index ?? -1]?.url;
        if (url) location.assign(url);
      },
      onHover: (event, hits) => {
        const target = event.native?.target as HTMLElement | null;
        if (target) target.style.cursor = data.rows[hits[0]?.index ?? -1]?.url ? "pointer" : "default";
      },
    };
  }
}

define("crm-chart", Figure);
