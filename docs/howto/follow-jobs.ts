/** Follows jobs of NotebookOps until they are done. It needs nothing but fetch. */

export type State = "queued" | "running" | "succeeded" | "failed" | "cancelled";

export interface Job {
  id: string;
  kind: string;
  /** More states may be added: rely on `done`. */
  state: State | (string & {});
  done: boolean;
  cancel_requested: boolean;
  subject: { type: string | null; id: string };
  stage: { key: string; label: string; index: number; count: number } | null;
  /** 0 to 100; null while it is unknown. */
  percent: number | null;
  attempt: { number: number; max: number };
  error: { code: string; title: string; detail: string; retryable: boolean } | null;
  result: { href: string } | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  updated_at: string;
  /** Seconds; mirrors the header Retry-After. */
  retry_after: number | null;
}

/** RFC 9457: what every error of the API looks like. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { name: string; detail: string }[];
}

export class ApiError extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(`${problem.title}: ${problem.detail}`);
    this.problem = problem;
  }
}

export interface Options {
  /** A read token. Without one the browser's session is used. */
  token?: string;
  /** "ja" or "en": the language of labels and errors. */
  language?: string;
  /** Called whenever something has changed. */
  onChange?: (job: Job) => void;
  signal?: AbortSignal;
}

const LONGEST_PAUSE = 60;
const IMPATIENT = 3;

/** Resolves with the job once it is done: also when it failed. Rejects when it cannot be asked about any more. */
export async function follow(base: string, id: string, options: Options = {}): Promise<Job> {
  let etag = "";
  let last: Job | null = null;
  let failures = 0;
  for (;;) {
    const answer = await ask(`${base}/jobs/${encodeURIComponent(id)}`, etag, options);
    if (answer !== null && answer.status === 200) {
      failures = 0;
      etag = answer.headers.get("ETag") ?? "";
      last = (await answer.json()) as Job;
      options.onChange?.(last);
      if (last.done) return last;
    } else if (answer !== null && answer.status === 304) {
      failures = 0;
    } else if (answer !== null && answer.status !== 429 && answer.status < 500) {
      throw new ApiError((await answer.json()) as Problem);
    } else {
      failures += 1;
    }
    const wanted = Number(answer?.headers.get("Retry-After")) || last?.retry_after || IMPATIENT;
    await pause(jitter(Math.min(LONGEST_PAUSE, wanted * 2 ** failures)), options.signal);
  }
}

/** Null where the network failed. */
async function ask(address: string, etag: string, options: Options): Promise<Response | null> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (options.token) headers["Authorization"] = `Bearer ${options.token}`;
  if (options.language) headers["Accept-Language"] = options.language;
  if (etag) headers["If-None-Match"] = etag;
  try {
    return await fetch(address, { headers, cache: "no-store", signal: options.signal ?? null });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    return null;
  }
}

/** Seconds, 20 % more or less, so that many clients do not ask at the same moment. */
function jitter(seconds: number): number {
  return seconds * (0.8 + 0.4 * Math.random());
}

function pause(seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, seconds * 1000);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
