//! What a reader wants first, in a few sentences that are computed: what there is, who is ahead at which level and
//! whether by more than chance, and what is no evidence.

use records::Record;

use crate::evidence::group::{is_shortened, is_smoke_test};
use crate::evidence::paired::{Effect, PairedDifference};
use crate::page::number::with_half_width;
use crate::statistics::Summary;

use super::best::Best;
use super::evaluated::Evaluated;
use super::summary::Verdicts;

/// Most groups of records that are told of.
const MOST_GROUPS: usize = 4;

/// The sentences.
pub fn sentences(evaluated: &Evaluated, records: &[Record]) -> Vec<String> {
    let mut said = vec![extent(records)];
    let groups: Vec<&[Best]> =
        evaluated.best.chunk_by(|a, b| (&a.group, &a.files) == (&b.group, &b.files)).collect();
    said.extend(groups.iter().take(MOST_GROUPS).map(|group| of_group(group)));
    let further = groups.len().saturating_sub(MOST_GROUPS);
    said.extend((further > 0).then(|| format!("The rankings below have {further} more groups of records.")));
    said.extend(reproduced(evaluated));
    said.extend(no_evidence(records));
    said
}

/// How many trials there are of how many methods.
fn extent(records: &[Record]) -> String {
    let mut methods: Vec<&str> = records.iter().map(|record| record.method.as_str()).collect();
    methods.sort_unstable();
    methods.dedup();
    let completed = records.iter().filter(|record| record.is_ok()).count();
    let ended = match records.len() - completed {
        0 => "all completed".to_string(),
        failed => format!("{failed} did not complete"),
    };
    format!("{}, {}; {ended}.", counted(records.len(), "trial"), counted(methods.len(), "method"))
}

fn counted(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}

/// Who is ahead at each level of a group.
fn of_group(group: &[Best]) -> String {
    let Best { group: [_, profile, dataset, model], files, .. } = &group[0];
    let worth = if is_smoke_test(profile, dataset) {
        ", a smoke test that is no evidence"
    } else if is_shortened(profile) {
        ", a shortened recipe"
    } else {
        ""
    };
    let levels: Vec<String> = group.iter().filter_map(lead).collect();
    format!("On {dataset} with {model} (profile {profile}{files}{worth}): {}.", levels.join("; "))
}

/// Who is ahead at a level, by how much, and what pairs of seeds say of it.
fn lead(best: &Best) -> Option<String> {
    let other = best.of_other_length.as_ref().map(of_other_length).unwrap_or_default();
    let [first, next, ..] = best.ranking.as_slice() else {
        let equal = format!("at {} the means of all methods are equal{other}", best.level);
        return best.ranking.first().map(|_| equal);
    };
    let name = |place: &[(String, Summary)]| {
        place.iter().map(|(method, _)| method.as_str()).collect::<Vec<_>>().join(" and ")
    };
    let (ahead, behind) = (first.first()?.1, next.first()?.1);
    let by = best.metric.gain(behind.mean, ahead.mean);
    let shown = match (ahead.interval, behind.interval) {
        (Some(_), Some(_)) if first.len() + next.len() > 2 => {
            "places are shared, so seeds are not compared".to_string()
        }
        (Some(_), Some(_)) => by_seeds(best.lead.as_ref()),
        (None, None) => "each is of a single trial, which is no evidence".to_string(),
        (None, Some(_)) => "the first is of a single trial, which is no evidence".to_string(),
        (Some(_), None) => "the second is of a single trial, which is no evidence".to_string(),
    };
    Some(format!(
        "at {}, {} leads with {} {} {}, {by:.2} ahead of {} ({shown}){other}",
        best.level,
        name(first),
        with_half_width(ahead),
        best.metric.unit,
        best.metric.short,
        name(next)
    ))
}

/// A method that is better after another length of training.
fn of_other_length((method, summary): &(String, Summary)) -> String {
    let worth = if summary.interval.is_none() { " in a single trial, which is no evidence" } else { "" };
    format!(", while {method} reaches {}{worth}", with_half_width(*summary))
}

/// What the trials with the same seeds say of a lead.
fn by_seeds(lead: Option<&PairedDifference>) -> String {
    let Some(lead) = lead else { return "they have no seed in common, so nothing is shown".to_string() };
    let by = format!("{} over {} seeds", with_half_width(lead.summary), lead.summary.n);
    match lead.effect() {
        Effect::Better => format!("{by}, which excludes 0"),
        Effect::Worse => format!("but {by}"),
        Effect::NotShown => format!("{by}, no difference shown"),
        Effect::Unknown => "they have one seed in common, which is no evidence".to_string(),
    }
}

/// How the rows that have a published value were judged; one trial may stand in several tables.
fn reproduced(evaluated: &Evaluated) -> Option<String> {
    let mut all = Verdicts::default();
    for (_, told) in &evaluated.with {
        all.reproduced += told.reproduced;
        all.better += told.better;
        all.worse += told.worse;
        all.not_comparable += told.not_comparable;
    }
    let judged = all.reproduced + all.better + all.worse;
    let published = judged + all.not_comparable;
    (published > 0).then(|| match judged {
        0 => format!("None of the {published} rows with a published value is comparable with it."),
        _ => format!(
            "Of {published} rows of the paper's tables with a published value, {} reproduce it, {} are better, {} \
             worse and {} not comparable.",
            all.reproduced, all.better, all.worse, all.not_comparable
        ),
    })
}

/// The trials that say nothing about their methods.
fn no_evidence(records: &[Record]) -> Option<String> {
    let count =
        |is: fn(&Record) -> bool| records.iter().filter(|record| record.is_ok() && is(record)).count();
    let said = [
        (count(|record| record.outdated.is_some()), "trained under an earlier definition"),
        (count(Record::never_changed), "of methods whose structure never changed"),
        (count(|record| record.unlearned.is_some()), "that learnt nothing"),
        (count(|record| record.skipped_files.is_some_and(|n| n > 0)), "that skipped unreadable files"),
    ];
    let said: Vec<String> = said
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{} {what}", counted(n, "trial")))
        .collect();
    (!said.is_empty()).then(|| format!("Left out of the rankings: {}.", said.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::structured;
    use crate::paper::table;

    /// Two seeds at 74.5 and 74.9, ±2.54, lie behind one at 75.1; HALP's three at 55 and 30 % are those of the fixture.
    #[test]
    fn sentences_are_computed_from_the_records() {
        let records = structured("resnet50");
        let said =
            sentences(&Evaluated::in_tables(vec![table("table1").unwrap()], &records), &records).join(" ");
        assert!(said.starts_with("14 trials, 4 methods; all completed."), "{said}");
        assert!(
            said.contains(
                "at latency 30%, IEE from pretrained leads with 75.10 % top-1, 0.40 ahead of IEE from scratch"
            ),
            "{said}"
        );
        assert!(
            said.contains("ahead of IEE from scratch (the first is of a single trial, which is no evidence)"),
            "{said}"
        );
        assert!(said.contains("3 reproduce it, 0 are better"), "{said}");
    }

    #[test]
    fn a_lead_is_judged_seed_by_seed() {
        let trial = |method: &str, seed: u64, top1: f64| Record {
            suite: "cifar10".into(),
            profile: "pilot".into(),
            method: method.into(),
            sparsity_target: Some(0.9),
            seed,
            top1: Some(top1),
            status: "ok".into(),
            ..Record::default()
        };
        // Pairs differ by 0.2 more, by nothing and by 0.2 less: ± 0.50.
        let all = |apart: f64| -> Vec<Record> {
            let of = |method, level: f64, off: [f64; 3]| {
                off.into_iter().zip(0..).map(move |(off, seed)| trial(method, seed, level + off))
            };
            of("set", 60.0, [0.0, 0.1, 0.2]).chain(of("rigl", 60.0 + apart, [0.2, 0.1, 0.0])).collect()
        };
        let told =
            |records: &[Record]| sentences(&Evaluated::in_tables(Vec::new(), records), records).join(" ");
        let said = |apart| told(&all(apart));
        let shown = said(5.0);
        assert!(shown.contains("5.00 ahead of SET (5.00 ± 0.50 over 3 seeds, which excludes 0)"), "{shown}");
        let mut longer = all(5.0);
        longer
            .extend([0, 1].map(|seed| Record { settings: "epochs=30".into(), ..trial("snfs", seed, 70.0) }));
        let longer = told(&longer);
        assert!(longer.contains("excludes 0), while SNFS [epochs=30] reaches 70.00 ± 0.00."), "{longer}");
        let chance = said(0.1);
        assert!(chance.contains("(0.10 ± 0.50 over 3 seeds, no difference shown)"), "{chance}");
        assert!(chance.contains("a shortened recipe"), "{chance}");
        let mut others = all(5.0);
        others.iter_mut().filter(|it| it.method == "rigl").for_each(|it| it.seed += 5);
        let others = told(&others);
        assert!(others.contains("(they have no seed in common, so nothing is shown)"), "{others}");
        let mut unchanged = all(5.0);
        unchanged.iter_mut().filter(|it| it.method == "rigl").for_each(|it| it.structure_changes = Some(0));
        let said = told(&unchanged);
        assert!(
            said.contains("3 trials of methods whose structure never changed") && !said.contains("leads"),
            "{said}"
        );
    }
}
