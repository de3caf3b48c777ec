"""
Domains under which anyone may register a name, so that `*.` before one matches anyone's host.

Country codes are the two-letter domains of the root zone (https://data.iana.org/TLD/tlds-alpha-by-domain.txt); the
second-level names are from the ICANN section of https://publicsuffix.org/list/. Neither list is complete: csplint does
not report a suffix that is missing here, and no domain here belongs to a single owner.
"""

from __future__ import annotations

_GENERIC = (
    "com net org info biz name pro mobi xyz app dev page shop store site online cloud club top live life blog news wiki "
    "tech space website agency digital media studio design world today email group link click work zone"
)
_COUNTRIES = (
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf "
    "cg ch ci cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg es et eu fi fj fm fo fr ga gd ge gf gg "
    "gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jo jp ke kg kh ki km kn "
    "kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mn mo mp mq mr ms mt mu mv mw mx my mz na "
    "nc ne nf ng ni nl no nr nu nz om pa pe pf ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh "
    "si sk sl sm sn so sr ss st sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg "
    "vi vn vu wf ws ye yt zm zw"
)
_SECOND_LEVEL = (
    "co.uk org.uk me.uk ltd.uk plc.uk co.nz net.nz org.nz com.au net.au org.au id.au co.za org.za co.in net.in org.in "
    "com.br net.br org.br com.ar com.mx com.co com.pe com.ve com.uy com.ec co.cr com.cn net.cn org.cn com.tw com.hk com.sg "
    "com.my com.ph com.vn co.th co.id co.kr or.kr co.jp or.jp ne.jp com.tr com.ua com.pl net.pl org.pl co.il org.il com.eg "
    "com.sa com.pk com.bd com.ng co.ke com.gh co.at or.at com.pt com.gr com.cy com.mt"
)

OPEN_SUFFIXES = frozenset(f"{_GENERIC} {_COUNTRIES} {_SECOND_LEVEL}".split())
