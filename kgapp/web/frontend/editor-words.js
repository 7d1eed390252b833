// What the editor says, in Japanese and English.
const WORDS = {
  ja: {
    unexpected: (word) => `「${word}」はここには置けません。`,
    unended: (line) => `${line}行目の終わりに「.」か「;」が抜けていませんか。`,
    unfinished: "ここに続きが必要です。",
    place: (line, column, told) => `${line}行${column}文字目: ${told}`,
    fine: "誤りは見つかりません。",
    faults: (many) => `誤り ${many}件。`,
    declare: (name) => `${name} の行を加える`,
    replace: (term) => `${term} に直す`,
    demanded: "必須",
    none: (typed) => `「${typed}」と呼ばれるものは，ここには現れません。`,
    formatted: "整えました。",
    already: "すでに整っています。",
    inserted: (title) => `「${title}」を入れました。元の問い合わせには，元に戻す操作（Ctrl+Z）で戻れます。`,
    failed: "サーバに届きませんでした。もう一度試してください。",
  },
  en: {
    unexpected: (word) => `“${word}” cannot stand here.`,
    unended: (line) => `Is a “.” or “;” missing at the end of line ${line}?`,
    unfinished: "Something is missing here.",
    place: (line, column, told) => `Line ${line}, column ${column}: ${told}`,
    fine: "No fault found.",
    faults: (many) => `${many} fault${many === 1 ? "" : "s"}.`,
    declare: (name) => `Add the line for ${name}`,
    replace: (term) => `Make it ${term}`,
    demanded: "mandatory",
    none: (typed) => `Nothing called “${typed}” occurs here.`,
    formatted: "Laid out.",
    already: "It is laid out already.",
    inserted: (title) => `“${title}” is in its place. Undo (Ctrl+Z) brings the query before it back.`,
    failed: "The server could not be reached. Try again.",
  },
};
export const lang = document.documentElement.lang === "en" ? "en" : "ja";
export const say = WORDS[lang];
