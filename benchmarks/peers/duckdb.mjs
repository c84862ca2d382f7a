// The raw measures by DuckDB: CSV files in, one CSV file out.
// Use: node duckdb.mjs FOLDER OUT THREADS AS_OF FIRST YEAR_FIRST TOP CUTOFF
//
// The columns are declared from the header, so that DuckDB needs no second look at a file to guess their types, and
// reads only those that the SQL asks for.
import { DuckDBInstance } from "@duckdb/node-api";
import { openSync, readFileSync, readSync, closeSync } from "node:fs";

const [folder, out, threads, asOf, first, yearFirst, top, cutoff] = process.argv.slice(2);
const TABLES = ["areas", "units", "contracts", "commitments", "fulfilment", "offers", "needs", "surveys", "service"];
const TYPES = {
    quantity: "DECIMAL(18,3)", capacity: "DECIMAL(18,3)", hours: "DECIMAL(18,3)", weight: "DECIMAL(18,6)",
    participants: "BIGINT", people: "BIGINT", priority: "BIGINT", overall: "BIGINT",
    done_on: "DATE", due_on: "DATE", starts_on: "DATE", ends_on: "DATE", recorded_on: "DATE", raised_on: "DATE",
    answered_on: "DATE", negotiated_on: "DATE", signed_on: "DATE", published_on: "DATE", reviewed_on: "DATE",
    available_from: "DATE", available_to: "DATE",
};
// Of a column that a file may lack.
const OPTIONAL = { offers: ["provider_community_id", "community_id"] };

const quoted = (text) => `'${text.replaceAll("'", "''")}'`;

function headerOf(path) {
    const file = openSync(path);
    const bytes = Buffer.alloc(4096);
    const n = readSync(file, bytes);
    closeSync(file);
    return bytes.toString("utf8", 0, n).replace(/^\uFEFF/, "").split(/\r?\n/, 1)[0].split(",");
}

function viewOf(table) {
    const path = `${folder}/${table}.csv`;
    const names = headerOf(path);
    const columns = names.map((name) => `${quoted(name)}: ${quoted(TYPES[name] ?? "VARCHAR")}`).join(", ");
    const absent = (OPTIONAL[table] ?? []).filter((name) => !names.includes(name)).map((name) => `, NULL::VARCHAR AS ${name}`);
    return `CREATE TEMP VIEW ${table} AS SELECT *${absent.join("")} FROM read_csv(${quoted(path)}, auto_detect = false, header = true,
        delim = ',', quote = '"', escape = '"', nullstr = '', columns = {${columns}});`;
}

const connection = await (await DuckDBInstance.create(":memory:", { threads })).connect();
await connection.run("SET preserve_insertion_order = false");
await connection.run(`CREATE TEMP TABLE setting AS SELECT DATE ${quoted(asOf)} AS as_of, DATE ${quoted(first)} AS first,
    DATE ${quoted(yearFirst)} AS year_first, ${Number(top)} AS top, DATE ${quoted(cutoff)} AS cutoff`);
for (const table of TABLES) await connection.run(viewOf(table));
for (const statement of readFileSync(new URL("duckdb.sql", import.meta.url), "utf8").split(/;\s*\n/))
    if (statement.trim()) await connection.run(statement.replace("$OUT", quoted(out)));
