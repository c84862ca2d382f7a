"""A small valid assessment, in which nothing is refused."""

INI = """[assessment]
period = 2026Q3
as_of = {as_of}
"""
TABLES = {
    "areas": "area_id,parent_id,level,name,households,population\nD01,,county,区,500,1500\nT01,D01,street,街道,500,1500\nC01,T01,community,东社区,260,800\nC02,T01,community,西社区,240,700\n",
    "units": "unit_id,name,kind,area_id\nU01,示例医院,hospital,D01\n",
    "taxonomy": "code,parent,zh,en\nhealth,,医疗,Health\nhealth.visit,health,义诊,Clinics\n",
    "contracts": "contract_id,community_id,unit_id,negotiated_on,signed_on,published_on,starts_on,ends_on\nK01,C01,U01,2026-01-05,2026-01-10,2026-01-12,2026-01-15,2026-12-31\n",
    "commitments": "commitment_id,contract_id,direction,list,category,quantity,quantity_unit,participants,starts_on,due_on\nM01,K01,to_community,service,health.visit,12,session,240,2026-01-15,2026-08-31\n",
    "fulfilment": "log_id,commitment_id,done_on,quantity,participants,status,recorded_on\nL01,M01,2026-07-08,1,25,partial,2026-07-09\nL02,M01,2026-08-12,11,22,completed,2026-08-13\n",
}


def write_assessment(folder, as_of="2026-09-30"):
    folder.mkdir()
    (folder / "assessment.ini").write_text(INI.format(as_of=as_of), encoding="utf-8")
    for name, text in TABLES.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder
