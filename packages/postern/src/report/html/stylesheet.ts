import { DARK, LIGHT, customProperties } from "./palette.ts";

const BASE = `
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%;scroll-padding-top:1rem}
body{margin:0;background:var(--page);color:var(--ink);font:1.0625rem/1.6 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.page{max-width:68rem;margin:0 auto;padding:0 1.5rem}
h1,h2,h3,h4,h5{line-height:1.25;text-wrap:pretty;margin:0 0 .5rem}
h2{font-size:1.625rem;letter-spacing:-.01em}
h3{font-size:1.25rem}
h4{font-size:1.0625rem;margin-top:1.5rem}
h5{font-size:1rem;margin-top:1.25rem}
p,ul,ol,dl{margin:0 0 .75rem}
p,li{max-width:70ch}
ul,ol{padding-left:1.25rem}
li{margin-bottom:.35rem}
a{color:var(--link);text-underline-offset:.15em}
a:hover{text-decoration-thickness:.15em}
:focus-visible{outline:3px solid var(--focus);outline-offset:2px;border-radius:2px}
main:focus{outline:none}
code,pre{font-family:ui-monospace,"Cascadia Mono","SF Mono",Menlo,Consolas,"Liberation Mono",monospace;font-size:.875em;overflow-wrap:anywhere}
code.short{white-space:nowrap}
.note{color:var(--muted);font-size:.9375rem}
.spoken{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.skip{position:absolute;left:-100vw;background:var(--page);padding:.5rem 1rem;z-index:1}
.skip:focus{left:1rem;top:.5rem}
.esc{color:var(--bad-ink);background:var(--bad-page);border-radius:2px;padding:0 .1em}
.cut{color:var(--muted);font-style:italic}
`;

const FIRST_SCREEN = `
.masthead{border-bottom:1px solid var(--line);padding:.7rem 0;font-size:.9375rem;color:var(--muted)}
.brand{font-weight:700;color:var(--ink);margin-right:.6rem}
.banner{display:flex;gap:1.25rem;align-items:flex-start;margin:1.5rem 0;padding:1.25rem 1.5rem;border-left:.5rem solid currentColor;border-radius:.25rem}
.banner-symbol{flex:none;width:2.75rem;height:2.75rem;border-radius:50%;border:.2rem solid currentColor;display:grid;place-items:center;font-size:1.5rem;font-weight:700;line-height:1}
.banner-label{margin:0;font-weight:700}
.banner h1{margin:.15rem 0 .35rem;font-size:1.75rem;letter-spacing:-.015em;color:var(--ink);text-wrap:pretty;max-width:46ch}
.banner-date{margin:0;color:var(--ink);font-size:.9375rem}
.v-compromised{color:var(--bad-ink);background:var(--bad-page)}
.v-cannot-tell{color:var(--ask-ink);background:var(--ask-page)}
.v-attempted{color:var(--try-ink);background:var(--try-page)}
.v-no-trace{color:var(--calm-ink);background:var(--calm-page)}
.v-not-applicable{color:var(--muted);background:var(--soft)}
.answers{display:grid;grid-template-columns:repeat(auto-fit,minmax(12rem,1fr));gap:0;margin:0 0 1.5rem;border:1px solid var(--line);border-radius:.25rem}
@media (min-width:64rem){.answers{grid-template-columns:1fr 1.5fr 1.15fr 1.15fr 1fr}}
.answers>div{padding:.9rem 1.1rem;border-left:1px solid var(--line);margin-left:-1px}
.answers dt{color:var(--muted);font-size:.9375rem}
.answers dd{line-height:1.4}
.answers .note{font-size:.875rem;line-height:1.4;margin:.25rem 0 0}
.columns{display:grid;grid-template-columns:1fr 1fr;gap:1.5rem;margin-bottom:1.5rem;align-items:start}
.columns>div{display:grid;gap:1.5rem}
.found{list-style:none;padding:0}
.found li{margin-bottom:.6rem}
.found p{margin:.1rem 0 0}
.panel{background:var(--soft);border-radius:.25rem;padding:1.25rem 1.5rem;font-size:1rem;line-height:1.5}
.panel h2{font-size:1.375rem}
.panel>:last-child{margin-bottom:0}
.warning{background:var(--warn-page);border:2px solid var(--warn-line)}
.rules{list-style:none;padding:0}
.rules li{margin-bottom:.5rem}
.rules strong{display:block}
.steps{list-style:none;padding:0;counter-reset:step}
.steps>li{counter-increment:step;position:relative;padding-left:2.5rem;margin-bottom:1rem}
.steps>li::before{content:counter(step);position:absolute;left:0;top:0;width:1.75rem;height:1.75rem;border-radius:50%;background:var(--ink);color:var(--page);display:grid;place-items:center;font-weight:700;font-size:1rem}
.steps h3{font-size:1.0625rem;margin-bottom:.15rem;padding-top:.1rem}
.steps p{margin-bottom:.25rem}
.contents{margin:1.5rem 0}
.contents ul{list-style:none;padding:.75rem 0;margin:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(17rem,1fr));gap:.25rem 1.5rem;border-block:1px solid var(--line)}
.contents li{margin:0}
.contents a{display:inline-block;padding:.3rem 0}
`;

const DETAILS = `
main>section:not(.panel){padding-top:2.5rem}
main>section:not(.panel)>h2{padding-bottom:.4rem;border-bottom:2px solid var(--ink);margin-bottom:1.25rem}
main>section>h3{margin-top:2rem}
main>section>h2+h3{margin-top:0}
.badge{display:inline-block;border:1px solid currentColor;border-radius:.25rem;padding:.05rem .5rem;font-size:.9375rem;font-weight:600;line-height:1.45;white-space:nowrap}
.rung{color:var(--ink);background:var(--soft);border-color:var(--line)}
.rung.r-L1,.rung.r-L2,.rung.r-L3,.rung.r-L4{color:var(--bad-ink);background:var(--bad-page);border-color:currentColor}
.rung.r-L0{color:var(--try-ink);background:var(--try-page);border-color:currentColor}
.badges{display:flex;flex-wrap:wrap;align-items:baseline;gap:.25rem .6rem}
.facts>div,.meanings>div{display:grid;grid-template-columns:13rem 1fr;gap:0 1rem;padding:.4rem 0;border-top:1px solid var(--line)}
.facts>div:last-child,.meanings>div:last-child{border-bottom:1px solid var(--line)}
.meanings>div{grid-template-columns:16rem 1fr}
.facts dt{color:var(--muted)}
dd{margin:0;min-width:0;max-width:70ch}
dd>ul,dd>p:last-child{margin:0}
.names{list-style:none;padding:0}
.names li{margin:0;max-width:none}
.server,.finding{padding-bottom:1.5rem}
.server+.server,.finding{border-top:1px solid var(--line);padding-top:1.5rem;margin-top:1rem}
.server>h3,.finding>h3{font-size:1.375rem}
.id{color:var(--muted);font-weight:400;margin-right:.25rem}
figure{margin:.75rem 0 1.25rem}
figcaption{font-size:.9375rem}
pre{margin:.35rem 0;padding:.75rem 1rem;background:var(--soft);border-left:.25rem solid var(--line);white-space:pre-wrap;line-height:1.5;max-height:24rem;overflow:auto}
pre code{font-size:inherit}
figure .note{font-size:.8125rem;margin:0}
.copy{user-select:all;-webkit-user-select:all}
summary{cursor:pointer;font-weight:600;margin:1.25rem 0 .5rem;padding:.25rem 0}
table{border-collapse:collapse;width:100%;margin:0 0 1.5rem;font-size:.9375rem;line-height:1.5}
caption{text-align:left;font-weight:600;padding-bottom:.4rem}
.data th,.data td{text-align:left;vertical-align:top;padding:.5rem 1rem .5rem 0;border-bottom:1px solid var(--line);overflow-wrap:anywhere;font-weight:400}
.data thead th{color:var(--muted);border-bottom:1px solid var(--ink);overflow-wrap:normal}
.data tbody th{font-weight:600;white-space:normal}
.data td>ul,.data td>p{margin:0 0 .25rem}
.data td>ul{padding-left:1rem}
.data td>.names{padding:0}
.data tbody th code{font-weight:400}
.data tbody th .note{font-weight:400;margin:0}
.nowrap{white-space:nowrap}
.stages{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.5rem;margin:1rem 0}
.stages li{max-width:none;margin:0;border:1px solid var(--line);border-radius:.25rem;padding:.35rem .7rem;line-height:1.35}
.stages strong{display:block}
.stages .note{font-size:.8125rem}
.timeline{list-style:none;padding:0;margin:1.25rem 0}
.timeline li{max-width:none;margin:0;padding:0 0 1.1rem 1.75rem;border-left:3px solid var(--line);position:relative}
.entry::before{content:"";position:absolute;left:-.5rem;top:.35rem;width:.85rem;height:.85rem;border-radius:50%;background:var(--page);border:3px solid var(--muted)}
.entry.r-L1::before,.entry.r-L2::before,.entry.r-L3::before,.entry.r-L4::before{background:var(--bad-ink);border-color:var(--bad-ink)}
.entry p{margin:0 0 .15rem}
.when{color:var(--muted);font-size:.9375rem}
.timeline .silence{border-left-style:dashed;padding-block:.5rem 1.4rem}
.silence span{background:var(--soft);color:var(--muted);border-radius:1rem;padding:.15rem .8rem;font-size:.9375rem}
footer{margin-top:3rem;padding-block:1.5rem 3rem;color:var(--muted);font-size:.9375rem}
`;

const COVERAGE = `
.coverage{table-layout:fixed;margin-bottom:.75rem}
.coverage thead th{text-align:left;font-weight:400;color:var(--muted);font-size:.8125rem;padding:0 0 .1rem .2rem;border-left:1px solid var(--line);white-space:nowrap;overflow:hidden}
.coverage tbody th{text-align:left;font-weight:400;padding:.65rem 0 .2rem;line-height:1.35;overflow-wrap:anywhere}
.bar td{height:1.6rem;padding:0;text-align:center;font-size:.8125rem;line-height:1.2;white-space:nowrap;overflow:hidden;position:relative;border:1px solid var(--page)}
.d-present{background:var(--present);color:var(--on-bar)}
.d-thin{color:var(--thin);background:repeating-linear-gradient(135deg,var(--page) 0 5px,var(--line) 5px 6px);box-shadow:inset 0 0 0 2px currentColor}
.d-missing{color:var(--missing);background:var(--page);box-shadow:inset 0 0 0 1.5px currentColor}
.d-none{color:var(--muted);background:var(--soft)}
.legend{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.25rem 1.5rem;font-size:.9375rem;color:var(--muted)}
.legend li{margin:0}
.swatch{display:inline-grid;place-items:center;width:1.6rem;height:1.25rem;font-size:.8125rem;line-height:1;vertical-align:-.2rem}
`;

const PHONE = `
@media screen and (max-width:56rem){
.columns{grid-template-columns:1fr;gap:1rem}
.columns>div{gap:1rem}
.facts>div,.meanings>div{grid-template-columns:1fr}
.data,.data tbody,.data tr,.data th,.data td,.data caption{display:block}
.data thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.data tr{border-bottom:1px solid var(--line);padding:.6rem 0}
.data th,.data td{border:0;padding:.15rem 0}
.data td{display:flow-root;padding-left:7.5rem;min-height:1.7rem}
.data td::before{content:attr(data-column);float:left;width:7rem;margin:.15rem 0 0 -7.5rem;color:var(--muted);font-size:.875rem;overflow-wrap:break-word;line-height:1.3}
.data td:empty{display:none}
}
@media screen and (max-width:40rem){
.data .badge{white-space:normal}
.data td{padding-left:6.5rem}
.data td::before{width:6rem;margin-left:-6.5rem}
body{font-size:1rem}
.page{padding:0 1rem}
.banner{position:relative;padding:1rem;border-left-width:.35rem;margin:1rem 0}
.banner-symbol{position:absolute;left:1rem;top:1rem;width:1.75rem;height:1.75rem;font-size:1rem}
.banner-label{padding-left:2.4rem;line-height:1.75rem}
.banner h1{font-size:1.375rem}
.panel{padding:1rem}
h2{font-size:1.4375rem}
}
`;

const PAPER = `
@media print{
html{font-size:9.5pt}
body{background:#fff;line-height:1.45}
.page{max-width:none;padding:0}
.skip,.contents{display:none}
a{color:inherit;text-decoration:none}
.banner,.panel,.badge,.bar td,.swatch,.esc,.steps>li::before,.entry::before{print-color-adjust:exact;-webkit-print-color-adjust:exact}
pre{max-height:none;overflow:visible}
details::details-content{content-visibility:visible;display:block}
h1,h2,h3,h4,h5,summary,figcaption,caption{break-after:avoid}
.banner,.panel,.entry,.steps>li,.data tr,.coverage tbody{break-inside:avoid}
.columns,.columns>div{display:block}
.answers>div,.stages li{break-inside:avoid}
.panel{margin-bottom:1rem}
thead{display:table-header-group}
}
@page{margin:18mm 15mm}
`;

/** The whole style sheet. No URL in it: nothing is ever loaded. */
export function stylesheet(): string {
  return [
    `:root{color-scheme:light dark;${customProperties(LIGHT)}}`,
    `@media screen and (prefers-color-scheme:dark){:root{${customProperties(DARK)}}}`,
    BASE,
    FIRST_SCREEN,
    DETAILS,
    COVERAGE,
    PHONE,
    PAPER,
  ].join("\n");
}
