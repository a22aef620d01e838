"""What stewards do on the page, and what is in the log afterwards."""

import re
import shutil
import subprocess
import sys

import duckdb
import httpx
import pytest
from pipelines import Places, rows
from review_site import Ends, Visitor, log, queue, said, shown_pair, text_of

from flows.correct import list_corrections
from flows.settings import settings
from review.desk import Desk
from review.patterns import patterns
from review.values import worded

pytestmark = pytest.mark.slow


@pytest.fixture
def ends(places: Places) -> Ends:
    """The first pair of the queue."""
    return queue(places)[0]


@pytest.fixture
def several(places: Places) -> tuple[str, list[str]]:
    """A company of several records that no decision holds, and those records."""
    sql = """
        SELECT company_id, list_sort(list(source || ':' || member_id))
        FROM memberships
        GROUP BY company_id
        HAVING count(*) = 3
        ORDER BY company_id
        LIMIT 1
    """
    ((company_id, records),) = rows(places.warehouse, sql)
    return company_id, records


def test_the_queue_says_how_much_waits(visitor: Visitor, places: Places) -> None:
    told = text_of(visitor.get("/"))
    assert len(queue(places)) >= 40
    assert f"{len(queue(places))} restent sur {len(queue(places))}" in told


def test_a_word_is_in_the_log_and_the_next_pair_is_shown(
    visitor: Visitor, places: Places, ends: Ends
) -> None:
    answer = visitor.judge(ends, "same", motif="même enseigne")
    (decision,) = log(places)
    assert (decision.verdict, decision.steward, decision.reason) == ("same", "st-1", "même enseigne")
    assert said(places) == [(*sorted(ends), "same")]
    assert shown_pair(answer) == queue(places)[1]
    assert "D-0001 enregistrée : même entreprise" in text_of(answer)


def test_a_judged_pair_no_longer_waits(visitor: Visitor, places: Places, ends: Ends) -> None:
    visitor.judge(ends, "unsure")
    page = visitor.get("/")
    assert f"{len(queue(places)) - 1} restent sur" in text_of(page)
    assert "Déjà jugée : ne sait pas" in text_of(visitor.get("/paire", gauche=ends[0], droite=ends[1]))


def test_undo_takes_the_last_word_back_and_shows_its_pair(
    visitor: Visitor, places: Places, ends: Ends
) -> None:
    visitor.judge(ends, "different")
    visitor.judge(queue(places)[1], "same")
    assert shown_pair(visitor.post("/annuler")) == queue(places)[1]
    assert shown_pair(visitor.post("/annuler")) == ends
    assert said(places) == []
    assert "rien à annuler" in text_of(visitor.post("/annuler"))


def test_undo_leaves_the_words_of_others(visitor: Visitor, places: Places, ends: Ends) -> None:
    visitor.judge(ends, "different")
    with Visitor(visitor.address) as other:
        other.enter("st-2").judge(queue(places)[1], "same")
    visitor.post("/annuler")
    assert said(places) == [(*sorted(queue(places)[1]), "same")]


def test_a_form_that_is_sent_twice_counts_once(visitor: Visitor, places: Places, ends: Ends) -> None:
    for _ in range(3):
        visitor.judge(ends, "same")
    assert len(log(places)) == 1


def test_another_word_replaces_the_first(visitor: Visitor, places: Places, ends: Ends) -> None:
    visitor.judge(ends, "same")
    visitor.judge(ends, "different")
    assert [one.verdict for one in log(places)] == ["same", "different"]
    assert "entreprises différentes" in text_of(visitor.get("/paire", gauche=ends[0], droite=ends[1]))


def test_pairs_of_one_pattern_are_shown_and_judged_together(visitor: Visitor, places: Places) -> None:
    pattern = patterns(Desk(places.warehouse, places.state).waiting())[0]
    page = visitor.get("/ensemble", modele=pattern.name)
    sent = re.findall(r'name="paire" value="([^"]+)"', page.text)
    assert len(sent) == len(pattern.pairs) > 1
    # All but the first, as somebody who has looked at them would.
    answer = visitor.post("/ensemble", modele="autre", verdict="different", paire=sent)
    assert (answer.status_code, log(places)) == (httpx.codes.BAD_REQUEST, ())
    answer = visitor.post("/ensemble", modele=pattern.name, verdict="different", paire=["a\x1fb"], motif="lu")
    assert "n’est pas de ce modèle" in text_of(answer)
    assert "Rien n’a été enregistré." in text_of(answer)
    assert 'value="lu"' in answer.text
    assert log(places) == ()
    visitor.post("/ensemble", modele=pattern.name, verdict="different", paire=sent[1:])
    assert {one[2] for one in said(places)} == {"different"}
    assert len(said(places)) == len(sent) - 1
    visitor.post("/annuler")
    assert said(places) == []


def test_nothing_ticked_is_told(visitor: Visitor, places: Places) -> None:
    answer = visitor.post("/ensemble", modele="x", verdict="different")
    assert (answer.status_code, log(places)) == (httpx.codes.BAD_REQUEST, ())


def test_reasons_that_reach_a_person_are_refused(visitor: Visitor, places: Places, ends: Ends) -> None:
    answer = visitor.judge(ends, "same", motif="vu avec jean@exemple.fr")
    assert (answer.status_code, log(places)) == (httpx.codes.BAD_REQUEST, ())
    # On the page of the pair, with what was typed still in its field.
    assert "Même entreprise ?" in text_of(answer)
    assert "Rien n’a été enregistré." in text_of(answer)
    assert 'name="motif" value="vu avec jean@exemple.fr"' in answer.text
    assert "jean@" not in text_of(answer)


def test_a_contradiction_is_told(visitor: Visitor, places: Places, several: tuple[str, list[str]]) -> None:
    a, b, c = several[1]
    visitor.judge((a, b), "same")
    visitor.judge((b, c), "same")
    answer = visitor.judge((a, c), "different")
    assert answer.status_code == httpx.codes.BAD_REQUEST
    told = text_of(answer)
    assert "D-0001, D-0002" in told
    assert "alliage decide" not in told
    assert "--force" not in told
    assert re.search(r'href="/paire[^"]+"><bdi>D-0001</bdi>', answer.text)
    assert len(log(places)) == 2


@pytest.mark.parametrize("change", [str.lower, str.upper, lambda text: text.replace("e", "é")])
def test_companies_are_found_whatever_accents_and_case(visitor: Visitor, places: Places, change) -> None:
    ((company_id, name),) = rows(
        places.warehouse,
        "SELECT company_id, name FROM companies WHERE name LIKE '%e_________%' ORDER BY ALL LIMIT 1",
    )
    assert f"/entreprise?id={company_id}" in visitor.get("/chercher", q=change(name)).text


def test_companies_are_found_by_siren_town_and_number(visitor: Visitor, places: Places) -> None:
    sql = """
        SELECT company_id, siren, name, city, source || ':' || member_id
        FROM companies
        JOIN memberships USING (company_id)
        WHERE siren IS NOT NULL AND city IS NOT NULL
        ORDER BY ALL
        LIMIT 1
    """
    ((company_id, siren, name, city, record),) = rows(places.warehouse, sql)
    spaced = f"{siren[:3]} {siren[3:6]} {siren[6:]}"
    for text in (siren, spaced, f"{city} {name}", company_id.lower(), record):
        assert f"/entreprise?id={company_id}" in visitor.get("/chercher", q=text).text, text


@pytest.mark.parametrize(
    "text", ["%", "_", "' OR 1=1 --", "zzzzz introuvable", "\\", '"; DROP TABLE companies']
)
def test_what_nobody_bears_finds_nothing(visitor: Visitor, text: str) -> None:
    answer = visitor.get("/chercher", q=text)
    assert "Aucune entreprise ne porte ces mots" in text_of(answer)


def test_a_company_tells_its_records_and_where_values_come_from(
    visitor: Visitor, places: Places, several: tuple[str, list[str]]
) -> None:
    company_id, records = several
    page = text_of(visitor.get("/entreprise", id=company_id))
    assert all(record.partition(":")[2] in page for record in records)
    ((source, number),) = rows(
        places.warehouse,
        "SELECT source, member_id FROM lineage WHERE company_id = ? AND field = 'name'",
        company_id,
    )
    assert f"{source}:{number}" in page
    assert "Rien n’a changé depuis sa première publication" in page


def test_a_record_is_split_out(visitor: Visitor, places: Places, several: tuple[str, list[str]]) -> None:
    company_id, (a, b, c) = several
    visitor.judge((a, b), "same")
    told = text_of(visitor.get("/detacher", id=company_id, fiche=a))
    assert all(f"{one}" in told for one in (a, b, c))
    assert "Ce qui sera retiré même entreprise" in told
    assert len(log(places)) == 1
    changed = visitor.post("/detacher", id=company_id, fiche=a, autre=[b], motif="vu sur le site")
    assert changed.status_code == httpx.codes.BAD_REQUEST
    assert "2 autres fiches, contre 1 sur la page" in text_of(changed)
    assert all(f'name="autre" value="{one}"' in changed.text for one in (b, c))
    assert 'value="vu sur le site"' in changed.text
    assert len(log(places)) == 1
    visitor.post("/detacher", id=company_id, fiche=a, autre=[b, c])
    assert {(frozenset(one[:2]), one[2]) for one in said(places)} == {
        (frozenset((a, b)), "different"),
        (frozenset((a, c)), "different"),
    }


def test_undo_takes_the_latest_act_back_be_it_a_correction(
    visitor: Visitor, places: Places, ends: Ends, several: tuple[str, list[str]]
) -> None:
    visitor.judge(ends, "unsure")
    visitor.post("/corriger", id=several[0], colonne="website", valeur="www.exemple-lumen.fr")
    answer = visitor.post("/annuler")
    assert "C-0001 retirée" in text_of(answer)
    assert several[0] in text_of(answer)
    assert len(said(places)) == 1
    visitor.post("/annuler")
    assert said(places) == []


def test_two_records_of_one_company_are_shown_beside_each_other(
    visitor: Visitor, several: tuple[str, list[str]]
) -> None:
    _, (a, b, c) = several
    answer = visitor.get("/paire", gauche=a, droite=b)
    assert answer.status_code == httpx.codes.OK
    told = text_of(answer)
    assert "Une seule entreprise ?" in told
    assert "Les autres fiches de l’entreprise" in told
    assert c.partition(":")[2] in told


def test_undo_takes_back_the_whole_of_a_split(
    visitor: Visitor, places: Places, several: tuple[str, list[str]]
) -> None:
    company_id, (a, b, c) = several
    visitor.judge((a, b), "same")
    visitor.judge((a, c), "same")
    before = said(places)
    visitor.post("/detacher", id=company_id, fiche=a, autre=[b, c])
    assert len((places.state / "decisions.jsonl").read_text().splitlines()) == 3
    answer = visitor.post("/annuler")
    assert said(places) == before
    assert "2 décisions de nouveau en vigueur : D-0001, D-0002" in text_of(answer)
    assert company_id in text_of(answer)
    # What was done before the split is undone next.
    visitor.post("/annuler")
    assert said(places) == before[:1]


def test_a_split_that_contradicts_changes_nothing(
    visitor: Visitor, places: Places, several: tuple[str, list[str]]
) -> None:
    company_id, (a, b, c) = several
    # Without a SIREN it may be one with any other.
    sql = f"""
        SELECT source || ':' || member_id FROM memberships JOIN companies USING (company_id)
        WHERE siren IS NULL AND company_id <> '{company_id}' ORDER BY ALL LIMIT 1
    """
    ((outside,),) = rows(places.warehouse, sql)
    visitor.judge((a, outside), "same")
    visitor.judge((outside, b), "same")
    before = log(places)
    assert len(before) == 2
    answer = visitor.post("/detacher", id=company_id, fiche=a, autre=[b, c])
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert "contredit" in text_of(answer)
    assert log(places) == before


def test_the_notice_counts_all_that_the_warehouse_does_not_know(
    visitor: Visitor, places: Places, ends: Ends, several: tuple[str, list[str]]
) -> None:
    known = "tient compte de toutes les décisions et de toutes les corrections"
    assert known in text_of(visitor.get("/fusion"))
    visitor.post("/corriger", id=several[0], colonne="website", valeur="www.exemple-lumen.fr")
    assert "1 correction attend la prochaine fusion" in text_of(visitor.get("/fusion"))
    visitor.judge(ends, "same")
    assert "1 décision et 1 correction attendent la prochaine fusion" in text_of(visitor.get("/fusion"))
    visitor.post("/annuler")
    visitor.post("/retirer-correction", id=several[0], correction="C-0001")
    assert known in text_of(visitor.get("/fusion"))


def test_two_companies_are_joined_by_their_closest_records(
    visitor: Visitor, places: Places, ends: Ends
) -> None:
    ids = [
        rows(
            places.warehouse, "SELECT company_id FROM memberships WHERE source || ':' || member_id = ?", end
        )[0][0]
        for end in ends
    ]
    assert f"gauche={ids[0]}" in visitor.get("/chercher", q=ids[1], avec=ids[0]).text
    shown = shown_pair(visitor.get("/paire", gauche=ids[0], droite=ids[1]))
    sql = """
        SELECT l.source || ':' || l.member_id, r.source || ':' || r.member_id, p.probability
        FROM match_pairs AS p
        JOIN memberships AS l ON (l.source, l.member_id) = (p.left_source, p.left_member_id)
        JOIN memberships AS r ON (r.source, r.member_id) = (p.right_source, p.right_member_id)
        WHERE (l.company_id, r.company_id) IN ((?, ?), (?, ?))
    """
    between = {frozenset(both): likely for *both, likely in rows(places.warehouse, sql, *ids, *ids[::-1])}
    assert between[frozenset(shown)] == max(between.values())


def test_a_company_is_reset(
    visitor: Visitor, places: Places, several: tuple[str, list[str]], ends: Ends
) -> None:
    company_id, (a, b, c) = several
    visitor.judge(ends, "different")
    visitor.judge((a, b), "same")
    visitor.judge((b, c), "same")
    assert "2 décisions seront retirées" in text_of(visitor.get("/reinitialiser", id=company_id))
    before = said(places)
    visitor.post("/reinitialiser", id=company_id)
    assert said(places) == [(*sorted(ends), "different")]
    visitor.post("/annuler")
    assert said(places) == before


def test_a_value_is_corrected_and_left_again(visitor: Visitor, places: Places, ends: Ends) -> None:
    ((company_id,),) = rows(
        places.warehouse, "SELECT company_id FROM memberships WHERE source || ':' || member_id = ?", ends[0]
    )
    page = visitor.post("/corriger", id=company_id, colonne="website", valeur="www.exemple-lumen.fr")
    (listed,) = list_corrections(places.warehouse, places.state).corrections
    assert (listed.correction.field, listed.company_id, listed.correction.steward) == (
        "website",
        company_id,
        "st-1",
    )
    assert "exemple-lumen.fr" in text_of(page)
    visitor.post("/retirer-correction", id=company_id, correction=listed.correction.correction_id)
    (listed,) = list_corrections(places.warehouse, places.state).corrections
    assert listed.outcome == "revoked"


def test_a_bad_value_is_refused(visitor: Visitor, places: Places, several: tuple[str, list[str]]) -> None:
    answer = visitor.post("/corriger", id=several[0], colonne="siren", valeur="123456789", motif="lu")
    assert 'name="valeur" value="123456789"' in answer.text
    assert '<option value="siren" selected>' in answer.text
    assert 'name="motif" value="lu"' in answer.text
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert list_corrections(places.warehouse, places.state).corrections == ()


@pytest.fixture
def two_sirens(places: Places) -> tuple[Ends, list[str], list[str]]:
    """Two records of two companies that have each its SIREN; the companies, the SIREN."""
    sql = """
        SELECT source || ':' || member_id, company_id, siren
        FROM companies JOIN memberships USING (company_id)
        WHERE n_records = 1 AND siren IS NOT NULL AND NOT is_sole_trader
        ORDER BY ALL LIMIT 2
    """
    left, right = rows(places.warehouse, sql)
    return (left[0], right[0]), [left[1], right[1]], [left[2], right[2]]


def test_a_siren_of_another_company_waits_for_a_confirmation(
    visitor: Visitor, places: Places, two_sirens: tuple[Ends, list[str], list[str]]
) -> None:
    _, companies, sirens = two_sirens
    sent = {"id": companies[1], "colonne": "siren", "valeur": sirens[0], "motif": "lu sur le site"}
    answer = visitor.post("/corriger", **sent)
    assert answer.status_code == httpx.codes.BAD_REQUEST
    told = text_of(answer)
    assert "Une autre entreprise publiée porte déjà ce SIREN" in told
    assert "Rien n’a été enregistré" in told
    assert companies[0] in told
    assert "C’est la même entreprise : corriger, et les réunir" in told
    assert answer.text.count(f'value="{sirens[0]}"') == answer.text.count('value="lu sur le site"') == 2
    assert list_corrections(places.warehouse, places.state).corrections == ()
    told = text_of(visitor.post("/corriger", **sent, confirme="1"))
    assert f"réunira {companies[1]} avec {companies[0]}" in told
    (listed,) = list_corrections(places.warehouse, places.state).corrections
    assert (listed.company_id, listed.correction.value) == (companies[1], sirens[0])


def test_the_siren_of_another_record_of_the_company_is_chosen_from_too(
    visitor: Visitor, places: Places, two_sirens: tuple[Ends, list[str], list[str]]
) -> None:
    (_, right), companies, _ = two_sirens
    # A record that gives no SIREN, of a company that has that of another record.
    ((left, siren),) = rows(
        places.warehouse,
        """
        SELECT members.source || ':' || members.member_id, companies.siren
        FROM memberships AS members
        JOIN companies USING (company_id)
        JOIN lineage ON lineage.company_id = companies.company_id AND field = 'siren'
        WHERE (members.source, members.member_id) <> (lineage.source, lineage.member_id)
            AND lineage.alternatives = [] AND NOT is_sole_trader
        ORDER BY ALL LIMIT 1
        """,
    )
    told = text_of(visitor.get("/paire", gauche=left, droite=right))
    shown = " ".join(worded("siren", siren).split())
    assert f"Le bon SIREN est {shown} (à gauche)" in told
    visitor.post("/bon-siren", gauche=left, droite=right, bon="gauche")
    (listed,) = list_corrections(places.warehouse, places.state).corrections
    assert (listed.company_id, listed.correction.value) == (companies[1], siren)


@pytest.mark.parametrize("right_one", ["gauche", "droite"])
def test_of_two_sirens_the_right_one_is_chosen_and_undone(
    visitor: Visitor, places: Places, two_sirens: tuple[Ends, list[str], list[str]], right_one: str
) -> None:
    ends, companies, sirens = two_sirens
    refused = visitor.judge(ends, "same")
    assert refused.status_code == httpx.codes.BAD_REQUEST
    assert all(f'value="{end}"' in refused.text for end in ends)
    assert "plus bas sous « Deux SIREN »" in text_of(refused).replace("\u00a0", " ").replace("\u202f", " ")
    assert "(à gauche)" in text_of(refused)
    assert said(places) == []
    chosen = {"gauche": ends[0], "droite": ends[1], "bon": right_one}
    answer = visitor.post("/bon-siren", **chosen)
    (listed,) = list_corrections(places.warehouse, places.state).corrections
    at = 0 if right_one == "gauche" else 1
    assert (listed.company_id, listed.correction.value) == (companies[1 - at], sirens[at])
    assert "C-0001 corrige le SIREN d’un des deux côtés" in text_of(answer)
    assert visitor.post("/bon-siren", **chosen).status_code == httpx.codes.BAD_REQUEST
    assert "C-0001 retirée" in text_of(visitor.post("/annuler"))
    (listed,) = list_corrections(places.warehouse, places.state).corrections
    assert listed.outcome == "revoked"


def test_a_second_look_does_not_show_the_first_word(visitor: Visitor, places: Places, ends: Ends) -> None:
    visitor.judge(ends, "same")
    assert "tout a été vu deux fois" in text_of(visitor.get("/relire"))
    with Visitor(visitor.address) as other:
        other.enter("st-2")
        assert "Relire 1 paire" in text_of(other.get("/decisions"))
        shown = other.get("/relire")
        assert shown_pair(shown) == ends
        assert "Déjà jugée" not in text_of(shown)
        assert "st-1" not in text_of(shown)
        answer = other.judge(ends, "same", relire="1")
        assert answer.url.path == "/decisions"
        assert "1 paire jugée deux fois (dont 1 par deux gestionnaires)" in text_of(answer)
    assert [one.steward for one in log(places)] == ["st-1", "st-2"]


def test_decisions_are_listed_and_taken_back(visitor: Visitor, places: Places, ends: Ends) -> None:
    visitor.judge(ends, "same")
    assert "D-0001, st-1" in text_of(visitor.get("/decisions"))
    visitor.post("/retirer", decision="D-0001")
    assert said(places) == []
    assert "retirée" in text_of(visitor.get("/decisions"))


UNKNOWN = {
    "a record": ("/paire", {"gauche": "clustr:jamais-vue", "droite": "numelink:jamais-vue"}),
    "no record": ("/paire", {"gauche": "../../etc/passwd", "droite": "x"}),
    "half a pair": ("/paire", {"gauche": "clustr:CR-0001"}),
    "a company": ("/entreprise", {"id": "E-0000000000"}),
    "no company": ("/entreprise", {"id": "'; DROP TABLE companies; --"}),
    "a page": ("/nulle-part", {}),
    "a file": ("/fixe/../app.py", {}),
    "a file, hidden": ("/fixe/%2e%2e/app.py", {}),
    "a run": ("/fusion", {"id": "../../admin"}),
    "a page number": ("/", {"page": "-1"}),
    "a drawing": ("/cascade.svg", {"gauche": "a:b", "droite": "c:d"}),
}


@pytest.mark.parametrize(("path", "asked"), UNKNOWN.values(), ids=UNKNOWN)
def test_what_does_not_exist_is_told_in_french(visitor: Visitor, path: str, asked: dict[str, str]) -> None:
    answer = visitor.get(path, **asked)
    assert answer.status_code in (400, 404)
    assert "Retour à la file" in text_of(answer)
    assert "import" not in answer.text


def test_a_run_without_a_service_says_what_to_do(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, ends: Ends
) -> None:
    monkeypatch.setenv("ALLIAGE_PORT", "9")
    settings.cache_clear()
    visitor.judge(ends, "same")
    told = text_of(visitor.post("/fusion"))
    settings.cache_clear()
    assert "1 décision attend la prochaine fusion" in told
    assert "l’exploitant" in told


def test_the_page_loads_neither_prefect_nor_great_expectations() -> None:
    program = "import sys, review.server; print({'prefect', 'great_expectations'} & sys.modules.keys())"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_a_pseudonym_that_is_refused_stays_in_its_field(visitor: Visitor) -> None:
    answer = visitor.post("/qui", pseudonyme="Zoé Exemple")
    assert answer.status_code == httpx.codes.BAD_REQUEST
    assert 'name="pseudonyme" value="Zoé Exemple"' in answer.text


def test_nothing_published_is_told_in_words_of_the_page(visitor: Visitor, places: Places) -> None:
    places.warehouse.unlink()
    answer = visitor.get("/")
    assert "Rien n’est encore publié" in text_of(answer)
    assert 'href="/fusion"' in answer.text
    assert "alliage run" not in text_of(answer)
    assert "Rien n’est encore publié" in text_of(visitor.get("/fusion"))


def test_what_the_last_run_did_not_follow_is_told_with_why(
    visitor: Visitor, places: Places, ends: Ends
) -> None:
    visitor.judge(ends, "same")
    visitor.judge(queue(places)[1], "unsure")
    assert "Depuis la dernière fusion" not in text_of(visitor.get("/fusion"))
    beside = places.warehouse.with_name(".next.duckdb")
    shutil.copy(places.warehouse, beside)
    with duckdb.connect(str(beside)) as con:
        for one, outcome in zip(log(places), ("two_sirens", "followed"), strict=True):
            con.execute(
                """
                INSERT INTO decisions BY NAME
                SELECT $id AS decision_id, $pair[1][1] AS left_source, $pair[1][2] AS left_member_id,
                    $pair[2][1] AS right_source, $pair[2][2] AS right_member_id, $verdict AS verdict,
                    'st-1' AS steward, now() AS decided_at, $outcome AS outcome
                """,
                {
                    "id": one.decision_id,
                    "pair": [list(end) for end in one.pair],
                    "verdict": one.verdict,
                    "outcome": outcome,
                },
            )
    beside.replace(places.warehouse)
    for path in ("/fusion", "/decisions"):
        told = text_of(visitor.get(path))
        assert "1 décision suivie, 1 non suivie" in told
        assert "D-0001," in told
        assert "non suivie, deux SIREN valides différents" in told
