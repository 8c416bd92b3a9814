/* What a report does where scripts run; without them it is whole too (80 section B8). A name that one points
 * at is lit in all pictures and tables; a heading sorts its table; a button copies it, numbers in full. */
#include "draw/pictures.h"

static const char script[] =
    "(()=>{\n"
    "const names='svg text,td:not(.n)',by=new Map;let lit=[];\n"
    "for(const e of document.querySelectorAll(names)){const t=e.textContent.trim();\n"
    " if(t)by.has(t)?by.get(t).push(e):by.set(t,[e]);}\n"
    "document.addEventListener('mouseover',v=>{const e=v.target.closest(names);\n"
    " for(const x of lit)x.classList.remove('lit');\n"
    " lit=e&&by.get(e.textContent.trim())||[];if(lit.length<2)lit=[];\n"
    " for(const x of lit)x.classList.add('lit');});\n"
    "const key=c=>!c?'':c.classList.contains('n')?+c.title:c.textContent;\n"
    "const sort=(table,head,i)=>{\n"
    " const down=head.getAttribute('aria-sort')==='ascending',body=table.tBodies[0];\n"
    " for(const h of head.parentNode.cells)h.removeAttribute('aria-sort');\n"
    " head.setAttribute('aria-sort',down?'descending':'ascending');\n"
    " [...body.rows].map((r,k)=>[key(r.cells[i]),k,r]).sort(([a,j],[b,k])=>((a>b)-(a<b))*(down?-1:1)||j-k)\n"
    "  .forEach(([,,r])=>body.append(r));};\n"
    "const lines=table=>[...table.rows].map(r=>[...r.cells]\n"
    " .map(c=>c.classList.contains('n')&&c.title||c.textContent).join('\\t')).join('\\n')+'\\n';\n"
    "for(const table of document.querySelectorAll('table')){\n"
    " if(!table.tHead||!table.caption)continue;\n"
    " [...table.tHead.rows[0].cells].forEach((head,i)=>{head.tabIndex=0;\n"
    "  head.onclick=()=>sort(table,head,i);\n"
    "  head.onkeydown=v=>{if(v.key==='Enter')sort(table,head,i);};});\n"
    " const copy=document.createElement('button');copy.textContent='copy';\n"
    " copy.onclick=()=>navigator.clipboard.writeText(lines(table));table.caption.append(' ',copy);}\n"
    "})();\n";

void af_page_script(af_text *out)
{
    af_text_printf(out, "<script>\n%s</script>\n", script);
}
