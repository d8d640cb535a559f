"""How the development page looks: in both colour schemes, on a phone too, without any asset."""

from __future__ import annotations

STYLE = """
:root{color-scheme:light dark;--ink:#1d2530;--soft:#566170;--paper:#f7f6f3;--card:#fff;
--line:#dcd9d2;--mark:#a3421c;--here:#fdeee6;--under:#d9683a;
--mono:ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
@media(prefers-color-scheme:dark){:root{--ink:#e8e6e1;--soft:#a5adb8;--paper:#15181d;--card:#1c2027;
--line:#323842;--mark:#f0905f;--here:#33241d;--under:#f0905f}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 system-ui,sans-serif}
header,main,footer{max-width:70rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2.25rem}
.call{margin:0;color:var(--soft);font:.875rem/1.5 var(--mono);overflow-wrap:anywhere}
h1{margin:.25rem 0 0;color:var(--mark);font-size:clamp(1.5rem,5vw,2.25rem);line-height:1.2;
overflow-wrap:anywhere}
h2,h3{margin:.25rem 0 0;color:var(--mark);font-size:1.375rem;overflow-wrap:anywhere}
.module{color:var(--soft);font-weight:400}
.message{margin:.5rem 0 0;font-size:1.125rem;white-space:pre-wrap;overflow-wrap:anywhere}
.note{margin:.75rem 0 0;padding:.5rem .75rem;border-left:.25rem solid var(--mark);
background:var(--here);white-space:pre-wrap;overflow-wrap:anywhere}
h2.small{margin:2rem 0 .75rem;color:var(--soft);font-size:.9375rem;font-weight:600}
.link{margin:2.5rem 0 0;padding-top:1.5rem;border-top:1px solid var(--line);color:var(--soft)}
section>.message:has(+.frame),section>.message:has(+.library){margin-bottom:1rem}
details{margin:.5rem 0;background:var(--card);border:1px solid var(--line);border-radius:.5rem}
summary{padding:.625rem .875rem;cursor:pointer;border-radius:.5rem;overflow-wrap:anywhere}
summary:focus-visible,pre:focus-visible{outline:.1875rem solid var(--under);outline-offset:.125rem}
summary code{display:block;margin-left:1rem;color:var(--soft);font-size:.875rem}
.frame[open]>summary code{display:none}
.file{color:var(--soft);font:.875rem var(--mono)}
.library,.library details{background:transparent}
.library>summary{color:var(--soft);font-size:.9375rem}
.library>.frame{margin:.5rem}
.member{padding:0 .875rem}.member>summary{margin:0 -.875rem}
.more>summary{font-weight:600}
.more{margin:.75rem 0}
.more>p{margin:0 .875rem .5rem;color:var(--soft);font-size:.9375rem}
main>section:last-child{margin-top:2.5rem}
code,pre{font-family:var(--mono)}
pre{margin:0;padding:.5rem 0;border-top:1px solid var(--line);overflow-x:auto;
font-size:.875rem;line-height:1.6;tab-size:4}
.source span{display:block;min-width:max-content;padding-right:1rem}
.source i{display:inline-block;width:4.25rem;padding-right:1rem;color:var(--soft);
font-style:normal;text-align:right;user-select:none}
.source i::before{content:attr(data-line)}
.source .here{background:var(--here);box-shadow:inset .25rem 0 var(--under)}
mark{background:none;color:inherit;text-decoration:underline .125rem var(--under);
text-underline-offset:.25rem}
.more th{width:17rem}
.copy{padding:.75rem .875rem;user-select:all}
.wide{overflow-x:auto;border-top:1px solid var(--line)}
table{width:100%;border-collapse:collapse;font-size:.875rem}
caption{padding:.5rem .875rem .25rem;color:var(--soft);font-weight:600;text-align:left}
caption:empty{display:none}
th,td{padding:.3125rem .875rem;border-top:1px solid var(--line);text-align:left;
vertical-align:top}
tr:first-child>*{border-top:0}
th{width:1%;min-width:7rem;font:600 .875rem/1.55 var(--mono)}
th small{display:block;color:var(--soft);font:.8125rem/1.4 system-ui,sans-serif}
td code{white-space:pre-wrap;overflow-wrap:anywhere}
.gap,.none{margin:.75rem .875rem;color:var(--soft)}
footer{padding-top:1.5rem;padding-bottom:2.5rem;color:var(--soft);font-size:.875rem}
@media(max-width:40rem){header,main,footer{padding-left:.875rem;padding-right:.875rem}
.source i{width:3rem;padding-right:.625rem}th,td{display:block;width:auto}
td{padding-top:0;border-top:0}.file{display:block;margin-left:1rem}}
"""
