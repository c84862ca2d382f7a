// The star map and the charts, drawn from the JSON in #record:
//   stars:       [{id, zh, en}]
//   criteria:    [{id, star, have, zh, en, ownerZh, ownerEn, dutyZh, dutyEn, levelZh, levelEn, clause, since, unit, unitZh, unitEn, threshold}]
//   streets:     [name]
//   communities: [[id, name, street, "elbu" a letter a star, stars, fiveStar, accepted, "mnadewx" a letter a criterion]]
//   cells:       by community, by criterion: [template, "n|n", value, margin, threshold if unusual, evidence, "n|n" in English if other]
//   templates:   [[zh, en]], U+0001 where a number goes
//   indices:     [{id, zh, en, method, lower, scale}]
//   scores:      by index: [[community, value, low, high, n, mark, rank, rankLow, rankHigh]]
// Everything from data becomes text nodes, never markup.
(function () {
  "use strict";
  var record = JSON.parse(document.getElementById("record").textContent);
  var english = document.getElementById("lang-en");
  var namespace = document.getElementById("drawing").namespaceURI;
  var PER_PAGE = 60, PRINTED = 600;

  var WORDS = {
    verdict: { m: ["符合", "met"], n: ["不符合", "not met"], a: ["不适用", "not applicable"], d: ["未到期", "not due yet"], e: ["无依据", "no evidence"], w: ["豁免", "waived"], x: ["规则出错", "rule in error"], ".": ["无判定", "no verdict"] },
    sign: { m: "✓", n: "✗", a: "–", d: "·", e: "?", w: "~", x: "!", ".": "" },
    state: { e: ["已获", "earned"], l: ["失去", "lost"], b: ["受阻", "blocked"], u: ["未定", "undecided"], ".": ["–", "–"] },
    mark: { "": ["", ""], few: ["样本偏少", "few respondents"], suppressed: ["不足10人，不公布", "fewer than 10, not shown"], "too-few": ["样本过少", "too few to say"], "no-data": ["无数据", "no data"], reweighted: ["缺项，其余重新加权", "parts missing, reweighted"], bounds: ["缺项，仅给上下界", "bounds only"] },
    street: ["街道", "Street"], all: ["全部", "all"], stars: ["获星", "Stars"], five: ["五星测算达标", "five-star"], notFive: ["未达标", "not five-star"], accepted: ["验收达标", "accepted"],
    criterion: ["标准", "Criterion"], verdictIs: ["判定", "Verdict"], search: ["社区名称或编号", "Community name or id"], page: ["页", "Page"],
    previous: ["上一页", "Previous"], next: ["下一页", "Next"], shown: ["共 {n} 个社区", "{n} communities"], none: ["没有符合条件的社区", "No community fits"],
    community: ["社区", "Community"], lacking: ["不符合", "not met"], have: ["有", "H"], haveNot: ["无", "N"],
    value: ["实际值", "Value"], threshold: ["标准值", "Threshold"], margin: ["差距", "Margin"], owner: ["牵头部门", "Led by"], duty: ["责任主体", "Duty of"],
    judged: ["评定层级", "Judged at"], evidence: ["依据的记录", "Evidence"], units: ["{n} 家单位（不列名）", "{n} organisations (not named)"], clause: ["条款", "Clause"], since: ["实施日期", "In force since"],
    hint: ["指向或选中一个单元格，这里显示判定理由。", "Point at a cell or move to it: its reason is shown here."], complete: ["无欠缺", "nothing lacking"], close: ["关闭", "Close"],
    index: ["指数", "Index"], order: ["排序", "Order"], byValue: ["按分值", "by score"], byStreet: ["按街道", "by street"], score: ["分值", "Score"], interval: ["95% 区间", "95 % interval"],
    respondents: ["应答数", "Replies"], rank: ["名次（区间）", "Rank (between)"], remark: ["备注", "Remark"], method: ["方法", "Method"], lower: ["越低越好", "lower is better"]
  };

  function say(pair) { return pair[english.checked ? 1 : 0]; }
  function word(key, n) { return say(WORDS[key]).replace("{n}", n); }
  function either(object, key) { return english.checked ? object[key + "En"] : object[key + "Zh"]; }
  function titleOf(object) { return english.checked ? object.en : object.zh; }

  function make(tag, attributes, children) {
    var node = document.createElement(tag);
    for (var key in attributes) node.setAttribute(key, attributes[key]);
    [].concat(children === undefined ? [] : children).forEach(function (child) {
      if (child !== null && child !== "") node.append(child);
    });
    return node;
  }

  function drawing(tag, attributes) {
    var node = document.createElementNS(namespace, tag);
    for (var key in attributes) node.setAttribute(key, attributes[key]);
    return node;
  }

  function picker(label, options, value, onChange) {
    var select = make("select", {}, options.map(function (option) {
      return make("option", { value: option[0] }, option[1]);
    }));
    select.value = value;
    select.addEventListener("change", function () { onChange(select.value); });
    return make("label", {}, [label, select]);
  }

  function pager(state, n, redraw) {
    var pages = Math.max(1, Math.ceil(n / state.perPage));
    state.page = Math.min(state.page, pages - 1);
    function step(by, label) {
      var button = make("button", { type: "button" }, word(label));
      button.disabled = state.page + by < 0 || state.page + by >= pages;
      button.addEventListener("click", function () { state.page += by; redraw(); });
      return button;
    }
    if (pages === 1) return make("div", { class: "pager" }, word("shown", n));
    return make("div", { class: "pager" }, [step(-1, "previous"), word("page") + " " + (state.page + 1) + " / " + pages, step(1, "next"), word("shown", n)]);
  }

  // ---- Verdicts ----

  function reasonOf(community, criterion) {
    var cell = record.cells[community][criterion];
    if (!cell) return "";
    var numbers = (english.checked && cell[6] ? cell[6] : cell[1] || "").split("|");
    return say(record.templates[cell[0]]).split("\u0001").map(function (part, i) {
      return i === 0 ? part : (numbers[i - 1] || "") + part;
    }).join("");
  }

  // "0.944384043" of a ratio is 94.4 %; other figures keep three decimals. What is no number stands as it is.
  function amount(value, criterion, sign) {
    var number = Number(value);
    if (!value || isNaN(number)) return value || "";
    var plus = sign && number > 0 ? "+" : "";
    if (criterion.unit === "ratio") return plus + String(Math.round(number * 1000) / 10) + " %";
    return plus + String(Math.round(number * 1000) / 1000) + " " + either(criterion, "unit");
  }

  function evidenceOf(cell) {
    var ids = cell && cell[5] || "";
    return ids.charAt(0) === "#" ? word("units", ids.slice(1)) : ids;
  }

  // PB-H1 is H1 of its star, whatever the pack calls it.
  var codes = (function () {
    var seen = {};
    return record.criteria.map(function (criterion) {
      var key = criterion.star + (criterion.have ? "h" : "n");
      seen[key] = (seen[key] || 0) + 1;
      return { have: criterion.have, number: seen[key] };
    });
  })();
  function codeOf(criterion) { return word(codes[criterion].have ? "have" : "haveNot") + codes[criterion].number; }
  function isFirstOfStar(i) { return i === 0 || record.criteria[i - 1].star !== record.criteria[i].star; }

  // ---- The star map ----

  var map = { street: "", state: "", criterion: "", verdict: "n", search: "", page: 0, perPage: PER_PAGE, shown: null };
  var mapPlace = document.getElementById("star-map");

  function fits(community) {
    if (map.street !== "" && community[2] !== +map.street) return false;
    if (map.state === "five" && !community[5] || map.state === "not" && community[5] || map.state === "accepted" && !community[6]) return false;
    if (map.criterion !== "" && map.verdict !== "" && community[7].charAt(+map.criterion) !== map.verdict) return false;
    return map.search === "" || (community[0] + "\n" + community[1]).toLowerCase().indexOf(map.search.toLowerCase()) >= 0;
  }

  function chosen() {
    var rows = [];
    record.communities.forEach(function (community, i) { if (fits(community)) rows.push(i); });
    return rows;
  }

  function change(key) {
    return function (value) { map[key] = value; map.page = 0; drawMap(); };
  }

  function mapControls() {
    var streets = [["", word("all")]].concat(record.streets.map(function (name, i) { return [i, name]; }));
    var states = [["", word("all")], ["five", word("five")], ["not", word("notFive")], ["accepted", word("accepted")]];
    var criteria = [["", word("all")]].concat(record.criteria.map(function (criterion, i) { return [i, criterion.id + " " + titleOf(criterion)]; }));
    var verdicts = Object.keys(WORDS.verdict).filter(function (v) { return v !== "."; }).map(function (v) { return [v, WORDS.sign[v] + " " + say(WORDS.verdict[v])]; });
    var search = make("input", { type: "search", value: map.search });
    search.addEventListener("change", function () { change("search")(search.value.trim()); });
    return make("div", { class: "controls" }, [
      picker(word("street"), streets, map.street, change("street")),
      picker(word("stars"), states, map.state, change("state")),
      picker(word("criterion"), criteria, map.criterion, change("criterion")),
      map.criterion === "" ? null : picker(word("verdictIs"), verdicts, map.verdict, change("verdict")),
      make("label", {}, [word("search"), search])
    ]);
  }

  function mapHead(rows) {
    var stars = [make("td", { class: "corner" }), make("td", {})], names = [make("th", { class: "corner", scope: "col" }, word("community")), make("th", { scope: "col" }, word("stars"))];
    var counts = [make("th", { class: "corner", scope: "row" }, make("small", {}, word("lacking"))), make("td", {})];
    record.stars.forEach(function (star, s) {
      var width = record.criteria.filter(function (criterion) { return criterion.star === s; }).length;
      if (width > 0) stars.push(make("th", { colspan: width, scope: "colgroup", class: "star first" }, titleOf(star)));
    });
    record.criteria.forEach(function (criterion, i) {
      var lacking = rows.filter(function (row) { return record.communities[row][7].charAt(i) === "n"; }).length;
      var first = isFirstOfStar(i) ? "first" : "";
      names.push(make("th", { scope: "col", class: first, title: criterion.id + " " + titleOf(criterion) }, codeOf(i)));
      counts.push(make("td", { class: first }, lacking ? String(lacking) : ""));
    });
    return make("thead", {}, [make("tr", {}, stars), make("tr", {}, names), make("tr", { class: "counts" }, counts)]);
  }

  function mapRow(row) {
    var community = record.communities[row];
    var name = make("button", { type: "button", "data-community": row, title: community[0] }, community[1]);
    var cells = [make("th", { scope: "row" }, name), make("td", { class: community[5] ? "stars five" : "stars" }, (community[5] ? "★" : "") + (community[4] < 0 ? "–" : community[4]))];
    record.criteria.forEach(function (criterion, i) {
      var verdict = community[7].charAt(i);
      cells.push(make("td", { class: isFirstOfStar(i) ? "first" : "" }, make("button", {
        type: "button", class: "cell " + verdict, tabindex: -1, "data-row": row, "data-criterion": i,
        "aria-label": community[1] + " " + criterion.id + " " + say(WORDS.verdict[verdict])
      }, WORDS.sign[verdict])));
    });
    return make("tr", {}, cells);
  }

  function mapBody(rows) {
    var body = make("tbody", {}), street = -1;
    rows.forEach(function (row) {
      var community = record.communities[row];
      if (community[2] !== street) {
        street = community[2];
        body.append(make("tr", { class: "street" }, make("th", { colspan: record.criteria.length + 2, scope: "rowgroup" }, record.streets[street])));
      }
      body.append(mapRow(row));
    });
    var cell = body.querySelector("button.cell");
    if (cell) cell.tabIndex = 0;
    return body;
  }

  function pairs(list) {
    return make("dl", {}, list.filter(function (pair) { return pair[1]; }).map(function (pair) {
      return make("div", {}, [make("dt", {}, word(pair[0])), make("dd", {}, pair[1])]);
    }));
  }

  function showCell(row, i) {
    var community = record.communities[row], criterion = record.criteria[i], cell = record.cells[row][i] || [];
    var verdict = community[7].charAt(i);
    var threshold = cell[4] || criterion.threshold;
    map.detail.replaceChildren(
      make("h3", {}, [make("span", { class: "cell " + verdict }, WORDS.sign[verdict]), " " + say(WORDS.verdict[verdict]) + " · " + community[1] + " · " + criterion.id + " " + titleOf(criterion)]),
      make("p", {}, reasonOf(row, i)),
      pairs([["value", amount(cell[2], criterion)], ["threshold", amount(threshold, criterion)], ["margin", amount(cell[3], criterion, true)], ["owner", either(criterion, "owner")], ["duty", either(criterion, "duty")],
        ["judged", either(criterion, "level")], ["clause", criterion.clause], ["since", criterion.since], ["evidence", evidenceOf(cell)]]));
  }

  // What a community lacks for each star, and whose it is.
  function showCommunity(row) {
    var community = record.communities[row];
    var close = make("button", { type: "button", class: "close" }, word("close"));
    close.addEventListener("click", function () { map.pinned = false; map.detail.replaceChildren(word("hint")); });
    var stars = record.stars.map(function (star, s) {
      var items = [];
      record.criteria.forEach(function (criterion, i) {
        var verdict = community[7].charAt(i);
        if (criterion.star !== s || "maw".indexOf(verdict) >= 0) return;
        items.push(make("li", {}, [make("span", { class: "cell " + verdict }, WORDS.sign[verdict]), " " + criterion.id + " " + titleOf(criterion) + " — " + reasonOf(row, i), make("small", {}, " " + word("duty") + ": " + either(criterion, "duty"))]));
      });
      return make("div", {}, [make("h4", {}, titleOf(star) + " · " + say(WORDS.state[community[3].charAt(s)] || WORDS.state["."])), items.length ? make("ul", {}, items) : make("p", { class: "note" }, word("complete"))]);
    });
    map.pinned = true;
    map.detail.replaceChildren(close, make("h3", {}, community[1] + " (" + community[0] + ") · " + record.streets[community[2]]), make("div", { class: "needs" }, stars));
  }

  function cellOf(event) { return event.target.closest ? event.target.closest("button.cell[data-row]") : null; }

  function moveBy(cell, key) {
    var td = cell.parentNode, tr = td.parentNode, at = Array.prototype.indexOf.call(tr.children, td);
    function sideways(name) { return td[name] && td[name].querySelector("button.cell"); }
    function upright(name) {
      for (var other = tr[name]; other; other = other[name]) if (other.children[at]) return other.children[at].querySelector("button.cell");
      return null;
    }
    var next = key === "ArrowRight" ? sideways("nextSibling") : key === "ArrowLeft" ? sideways("previousSibling") : key === "ArrowDown" ? upright("nextSibling") : upright("previousSibling");
    if (!next) return;
    cell.tabIndex = -1;
    next.tabIndex = 0;
    next.focus();
  }

  function watch(table) {
    function show(event) {
      var cell = cellOf(event);
      if (cell && !(map.pinned && event.type === "mouseover")) { map.pinned = false; showCell(+cell.dataset.row, +cell.dataset.criterion); }
    }
    table.addEventListener("mouseover", show);
    table.addEventListener("focusin", show);
    table.addEventListener("click", function (event) {
      show(event);
      if (event.target.dataset && event.target.dataset.community !== undefined) showCommunity(+event.target.dataset.community);
    });
    table.addEventListener("keydown", function (event) {
      var cell = cellOf(event);
      if (cell && /^Arrow/.test(event.key)) { event.preventDefault(); moveBy(cell, event.key); }
    });
  }

  function drawMap() {
    var rows = chosen(), bar = pager(map, rows.length, drawMap), from = map.page * map.perPage;
    var table = make("table", { class: "map" }, [mapHead(rows), mapBody(rows.slice(from, from + map.perPage))]);
    map.detail = make("div", { class: "detail", "aria-live": "polite" }, rows.length ? word("hint") : word("none"));
    map.pinned = false;
    watch(table);
    mapPlace.replaceChildren(mapControls(), make("div", { class: "scroll" }, table), map.detail, bar);
  }

  // ---- Charts of the indices ----

  var chart = { index: Math.max(0, record.indices.findIndex(function (index) { return index.id === "composite"; })), order: "value", page: 0, perPage: 40 };
  var chartPlace = document.getElementById("chart");

  function ordered() {
    var rows = record.scores[chart.index].slice(), lower = record.indices[chart.index].lower;
    if (chart.order === "value") rows.sort(function (a, b) {
      if ((a[1] === null) !== (b[1] === null)) return a[1] === null ? 1 : -1;
      return (lower ? a[1] - b[1] : b[1] - a[1]) || a[0] - b[0];
    });
    else rows.sort(function (a, b) { return a[0] - b[0]; });
    return rows;
  }

  var WIDTH = 480, EDGE = 6;

  // From a round number below all that is drawn to one above, in at most six steps.
  function axisOf(rows, scale) {
    var low = Infinity, high = -Infinity;
    rows.forEach(function (row) {
      row.slice(1, 4).forEach(function (value) {
        if (value !== null) { low = Math.min(low, value); high = Math.max(high, value); }
      });
    });
    if (low > high) { low = 0; high = scale; }
    var step = [0.01, 0.02, 0.05, 0.1, 0.2, 0.25].map(function (share) { return share * scale; }).find(function (each) { return Math.ceil(high / each) - Math.floor(low / each) <= 6; }) || scale;
    low = Math.floor(low / step) * step;
    return { low: low, high: Math.max(Math.ceil(high / step) * step, low + step), step: step };
  }

  function ticksOf(axis) {
    var ticks = [];
    for (var i = 0; axis.low + i * axis.step <= axis.high + axis.step / 2; i++) ticks.push(Math.round((axis.low + i * axis.step) * 100) / 100);
    return ticks;
  }

  function placeOf(value, axis) { return EDGE + (WIDTH - 2 * EDGE) * Math.min(1, Math.max(0, (value - axis.low) / (axis.high - axis.low))); }

  function whisker(row, axis) {
    var svg = drawing("svg", { class: "whisker", viewBox: "0 0 " + WIDTH + " 20", "aria-hidden": "true" });
    ticksOf(axis).forEach(function (tick) { svg.append(drawing("line", { class: "axis", x1: placeOf(tick, axis), x2: placeOf(tick, axis), y1: 0, y2: 20 })); });
    if (row[2] !== null && row[3] !== null) svg.append(drawing("line", { class: "span", x1: placeOf(row[2], axis), x2: placeOf(row[3], axis), y1: 10, y2: 10 }));
    if (row[1] !== null) svg.append(drawing("circle", { class: "dot", cx: placeOf(row[1], axis), cy: 10, r: 4 }));
    return svg;
  }

  function scaleHead(axis) {
    var svg = drawing("svg", { class: "whisker", viewBox: "0 0 " + WIDTH + " 20", "aria-hidden": "true" });
    ticksOf(axis).forEach(function (value, i, all) {
      var tick = drawing("text", { class: "tick", x: placeOf(value, axis), y: 15, "text-anchor": i === 0 ? "start" : i === all.length - 1 ? "end" : "middle" });
      tick.append(String(value));
      svg.append(tick);
    });
    return svg;
  }

  function text(value, digits) { return value === null ? "–" : value.toFixed(digits); }

  function chartRow(row, axis) {
    var community = record.communities[row[0]], hidden = row[5] === "suppressed";
    var interval = row[2] === null || row[3] === null ? "" : text(row[2], 1) + "–" + text(row[3], 1);
    var rank = row[6] === null ? "–" : row[6] + (row[7] === null || row[8] === null ? "" : " (" + row[7] + "–" + row[8] + ")");
    return make("tr", {}, [
      make("th", { scope: "row" }, [community[1] + " ", make("small", {}, record.streets[community[2]])]),
      make("td", { class: "num" }, hidden ? "<10" : text(row[1], 1)), make("td", { class: "bars" }, whisker(row, axis)),
      make("td", { class: "num interval" }, interval), make("td", { class: "num" }, row[4] === null ? "" : String(row[4])), make("td", { class: "num" }, rank),
      make("td", {}, say(WORDS.mark[row[5]] || [row[5], row[5]]))
    ]);
  }

  function drawChart() {
    if (!record.indices.length) return;
    var index = record.indices[chart.index], rows = ordered(), bar = pager(chart, rows.length, drawChart), from = chart.page * chart.perPage;
    var axis = axisOf(rows, index.scale);
    var names = [[word("community"), ""], [word("score"), "num"], ["", "bars"], [word("interval"), "num"], [word("respondents"), "num"], [word("rank"), "num"], [word("remark"), ""]];
    var head = make("tr", {}, names.map(function (name) { return make("th", { scope: "col", class: name[1] }, name[1] === "bars" ? scaleHead(axis) : name[0]); }));
    var indices = record.indices.map(function (each, i) { return [i, titleOf(each)]; });
    var caption = titleOf(index) + (index.lower ? " (" + word("lower") + ")" : "");
    chartPlace.replaceChildren(
      make("div", { class: "controls" }, [
        picker(word("index"), indices, chart.index, function (value) { chart.index = +value; chart.page = 0; drawChart(); }),
        picker(word("order"), [["value", word("byValue")], ["street", word("byStreet")]], chart.order, function (value) { chart.order = value; chart.page = 0; drawChart(); })]),
      make("div", { class: "scroll" }, make("table", { class: "chart" }, [
        make("caption", {}, [caption, make("small", {}, index.method ? "  " + word("method") + ": " + index.method : "")]), make("thead", {}, head),
        make("tbody", {}, rows.slice(from, from + chart.perPage).map(function (row) { return chartRow(row, axis); }))])), bar);
  }

  // ---- The page ----

  function drawAll() {
    document.documentElement.lang = english.checked ? "en" : "zh-CN";
    drawMap();
    drawChart();
  }

  function onPaper(printing) {
    map.perPage = printing ? PRINTED : PER_PAGE;
    chart.perPage = printing ? PRINTED : 40;
    map.page = chart.page = 0;
    drawAll();
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a[data-criterion]") : null;
    if (!link) return;
    map.criterion = link.dataset.criterion;
    map.verdict = link.dataset.verdict;
    map.street = map.state = map.search = "";
    map.page = 0;
    drawMap();
  });
  document.querySelectorAll("input[name=language]").forEach(function (input) { input.addEventListener("change", drawAll); });
  window.addEventListener("beforeprint", function () { onPaper(true); });
  window.addEventListener("afterprint", function () { onPaper(false); });
  if (location.hash === "#en") english.checked = true;
  drawAll();
})();
