import { decodeHead } from "../exchange-build/decoded-text.ts";
import { MAX_SETTINGS, settingValues, type Setting, type SettingReader } from "./setting.ts";
import { walkXml, type XmlEnd } from "./xml-walk.ts";

// Schema: MS-TSCH 2.5 (http://schemas.microsoft.com/windows/2004/02/mit/task). Windows keeps one file a task below
// %windir%\System32\Tasks, named as the task; `schtasks /query /xml` writes many into one file.

/** Every file is asked, so only as much is looked at as stands before the first task. */
const HEAD_BYTES = 2_048;

/** Reads scheduled tasks: one setting for each command that a task starts. */
export const scheduledTaskReader: SettingReader = {
  id: "scheduled-task",
  title: "Scheduled task",
  source: "scheduled-tasks",
  identify: (head) => {
    const text = decodeHead(head.subarray(0, HEAD_BYTES));
    // Events about tasks carry the task's XML inside a value: a task file begins with markup and holds no event.
    if (!/^\uFEFF?\s{0,200}</u.test(text) || /<Events?[\s>]/u.test(text)) return false;
    return /<Task\s[^>]{0,400}schemas\.microsoft\.com\/windows\/2004\/02\/mit\/task/u.test(text);
  },
  parse: (bytes, { item, name }) => {
    const settings: Setting[] = [];
    let task = newTask();
    const damage = walkXml(bytes, item, {
      close: (end) => {
        if (end.path.at(-1) !== "Task") take(task, end);
        else {
          settings.push(...settingsOf(task, name).slice(0, MAX_SETTINGS - settings.length));
          task = newTask();
        }
      },
    });
    // A task that is cut off still names its commands.
    settings.push(...settingsOf(task, name).slice(0, MAX_SETTINGS - settings.length));
    return { settings, damage };
  },
};

interface Action {
  readonly values: Readonly<Record<string, string>>;
  readonly end: XmlEnd;
}

interface Task {
  /** First value of each name, from registration, principal and settings. */
  readonly facts: Map<string, string>;
  exec: Record<string, string>;
  readonly actions: Action[];
}

function newTask(): Task {
  return { facts: new Map(), exec: {}, actions: [] };
}

const FACTS: ReadonlySet<string> = new Set([
  "RegistrationInfo/URI",
  "RegistrationInfo/Author",
  "RegistrationInfo/Date",
  "Principal/UserId",
  "Principal/GroupId",
  "Principal/RunLevel",
  "Settings/Hidden",
  "Settings/Enabled",
]);
const EXEC: ReadonlySet<string> = new Set(["Command", "Arguments", "WorkingDirectory"]);
const MAX_ACTIONS = 100;

function take(task: Task, end: XmlEnd): void {
  const own = end.path.at(-1) ?? "";
  const parent = end.path.at(-2) ?? "";
  if (FACTS.has(`${parent}/${own}`)) {
    if (!task.facts.has(own)) task.facts.set(own, end.text);
  } else if (parent === "Exec" && EXEC.has(own)) task.exec[own] = end.text;
  else if (own === "Exec") {
    if (task.actions.length < MAX_ACTIONS) task.actions.push({ values: task.exec, end: { ...end } });
    task.exec = {};
  }
}

function settingsOf(task: Task, file: string): readonly Setting[] {
  const facts = Object.fromEntries(task.facts);
  const name = task.facts.get("URI") ?? file;
  return task.actions.map(({ values, end }) => ({
    kind: "task",
    values: settingValues({ ...facts, ...values, name }),
    location: "",
    excerpt: end.excerpt,
    at: end.at,
  }));
}
