//! Which method did best at every sparsity or latency of every group of like records.
//!
//! Only trainings with the same settings of their length compete; exploration beyond the epochs comes on top. Methods
//! whose means are equal as printed share a place. A method that alone has a length of training is not ranked; if it is
//! better than the best of another length, it is named beside that one.

use std::collections::BTreeMap;

use records::{Metric, Record, words};

use crate::evidence::names::{distribution_name, files_among, start, subject, target};
use crate::evidence::paired::PairedDifference;
use crate::evidence::trials::Trials;
use crate::own::method_name;
use crate::paper::DENSE;
use crate::paper::settings::{SettingPair, include, parse, text, without};
use crate::statistics::Summary;

/// Settings of the training length.
const LENGTH: [&str; 3] = ["epochs", "training_length", "warmup_epochs"];

/// The methods of one group at one level.
#[derive(Debug, PartialEq)]
pub struct Best {
    /// Suite, profile, data set and network.
    pub group: [String; 4],
    /// Which of several data sets of one name it is, to follow the name; empty where there is one.
    pub files: String,
    /// The target, with the settings of the training length and those that all of its trials have: `90%`,
    /// `latency 30%; epochs=10; image_size=64`.
    pub level: String,
    /// What the methods are ranked by.
    pub metric: Metric,
    /// Result of the dense network of the group that was trained as long, in the unit of the metric.
    pub dense: Option<Summary>,
    /// The methods with their results, the best mean first; those whose means are equal as printed share a place.
    pub ranking: Vec<Vec<(String, Summary)>>,
    /// The lead of the first method over the second, seed by seed; none where they have no seed in common.
    pub lead: Option<PairedDifference>,
    /// The best method that alone was trained for some other length, if it is better than the first here; named with
    /// that length.
    pub of_other_length: Option<(String, Summary)>,
}

/// Suite, profile, data set, its fingerprint, network.
type GroupKey<'a> = [&'a str; 5];

/// The order of a level among others: its group, its latency table (a share of latency is another one in
/// another table), its share in thousandths, and how it is written.
type LevelOrder<'a> = (GroupKey<'a>, &'a str, i64, String);

/// A record with a result, taken apart.
#[derive(Clone)]
struct RankedTrial<'a> {
    record: &'a Record,
    score: f64,
    /// Its settings of the training length, and the others.
    length: Vec<SettingPair<'a>>,
    others: Vec<SettingPair<'a>>,
}

impl<'a> RankedTrial<'a> {
    fn of(record: &'a Record) -> Option<RankedTrial<'a>> {
        let score = record.score().filter(|_| record.is_ok())?;
        let is_length = |(name, _): &SettingPair| LENGTH.contains(name);
        let (length, others) = parse(&record.settings).into_iter().partition(is_length);
        Some(RankedTrial { record, score, length, others })
    }

    /// The trial where these settings are said elsewhere.
    fn without(self, common: &[SettingPair]) -> Self {
        RankedTrial { others: without(&self.others, common), ..self }
    }

    fn place(&self) -> GroupKey<'a> {
        let Record { suite, profile, dataset, data_fingerprint, model, .. } = self.record;
        [suite, profile, dataset, data_fingerprint, model]
    }

    fn order(&self) -> Option<LevelOrder<'a>> {
        let counted = if self.record.latency_table == words::MACS { " in MACs" } else { "" };
        let level = target(self.record)? + counted;
        let share = self.record.latency_target.or(self.record.sparsity_target).unwrap_or(0.0);
        Some((self.place(), &self.record.latency_table, (share * 1000.0).round() as i64, level))
    }

    fn is_of_method_of(&self, other: &RankedTrial) -> bool {
        let [method, distribution, _, start] = subject(self.record);
        let [of_other, other_distribution, _, other_start] = subject(other.record);
        (method, distribution, start) == (of_other, other_distribution, other_start)
            && self.threads() == other.threads()
            && equal(&self.others, &other.others)
    }

    /// How many threads computed it, if more than one did: a seed trained with another number is no other seed.
    fn threads(&self) -> Option<u64> {
        self.record.threads.filter(|threads| *threads > 1)
    }

    /// The method with all that makes its trials differ from others at the level.
    fn method(&self) -> String {
        let record = Record { settings: text(&self.others, ";"), ..self.record.clone() };
        let (mut name, settings) = method_name(&record);
        if let Some(distribution) = self.record.distribution_name().filter(|name| *name != words::LATENCY) {
            name.push_str(&format!(" ({})", distribution_name(distribution)));
        }
        if let Some(threads) = self.threads() {
            name.push_str(&format!(", {threads} threads"));
        }
        // Where a table has a method with both starts, the name says which.
        if !name.contains("pretrained") {
            name.push_str(start(&record));
        }
        if !settings.is_empty() {
            name.push_str(&format!(" [{settings}]"));
        }
        name
    }
}

fn equal(a: &[SettingPair], b: &[SettingPair]) -> bool {
    include(a, b) && include(b, a)
}

/// Gathers what is alike, in the order in which it is first seen.
fn alike<T>(all: impl IntoIterator<Item = T>, same: impl Fn(&T, &T) -> bool) -> Vec<Vec<T>> {
    let mut groups: Vec<Vec<T>> = Vec::new();
    for one in all {
        match groups.iter_mut().find(|group| same(&group[0], &one)) {
            Some(group) => group.push(one),
            None => groups.push(vec![one]),
        }
    }
    groups
}

/// The rankings of levels with several methods, in the order of their groups and levels.
pub fn best(records: &[Record]) -> Vec<Best> {
    let ranked = |record: &&Record| {
        let read_all = record.skipped_files.unwrap_or(0) == 0;
        record.outdated.is_none() && record.unlearned.is_none() && !record.never_changed() && read_all
    };
    let trials = records.iter().filter(ranked).filter_map(RankedTrial::of);
    let (dense, pruned): (Vec<RankedTrial>, Vec<RankedTrial>) =
        trials.partition(|trial| trial.record.method == DENSE);
    let mut levels: BTreeMap<LevelOrder, Vec<RankedTrial>> = BTreeMap::new();
    for trial in pruned {
        if let Some(order) = trial.order() {
            levels.entry(order).or_default().push(trial);
        }
    }
    levels
        .into_iter()
        .flat_map(|((_, _, _, level), trials)| best_of_level(&level, trials, &dense, records))
        .collect()
}

/// The ranking of every length of training that several methods have at one level.
fn best_of_level<'a>(
    level: &str,
    trials: Vec<RankedTrial<'a>>,
    dense: &[RankedTrial<'a>],
    records: &[Record],
) -> Vec<Best> {
    let of_one_length = alike(trials, |a, b| equal(&a.length, &b.length)).into_iter();
    let methods = of_one_length.map(|trials| alike(trials, RankedTrial::is_of_method_of));
    let (alone, compared): (Vec<_>, Vec<_>) = methods.partition(|methods| methods.len() < 2);
    let alone: Vec<Vec<RankedTrial>> = alone.into_iter().flatten().collect();
    let ranked = |methods: Vec<Vec<RankedTrial<'a>>>| {
        let common = common(&methods);
        let strip = |trials: Vec<RankedTrial<'a>>| -> Vec<_> {
            trials.into_iter().map(|trial| trial.without(&common)).collect()
        };
        let methods: Vec<Vec<RankedTrial>> = methods.into_iter().map(strip).collect();
        let first = &methods[0][0];
        let metric = first.record.metric();
        // What was trained with settings of its own is another network to be beaten.
        let of_level = |trial: &&RankedTrial| {
            trial.place() == first.place()
                && equal(&trial.others, &common)
                && equal(&trial.length, &first.length)
        };
        let dense: Vec<f64> = dense.iter().filter(of_level).map(|trial| trial.score).collect();
        let [suite, profile, dataset, _, model] = first.place().map(String::from);
        let settings =
            first.length.iter().chain(&common).map(|setting| format!("; {}", text(&[*setting], "")));
        let (ranking, lead) = ranking(metric, &methods);
        Best {
            group: [suite, profile, dataset, model],
            files: files_among(first.record, records.iter()),
            metric,
            level: level.to_string() + &settings.collect::<String>(),
            dense: Summary::of(&dense),
            of_other_length: of_other_length(metric, &alone, &common, &ranking[0][0].1),
            ranking,
            lead,
        }
    };
    compared.into_iter().map(ranked).collect()
}

/// The best method that alone has its length of training, with the `common` settings of a ranking, if its mean is
/// better than that of the ranking's best.
fn of_other_length(
    metric: Metric,
    alone: &[Vec<RankedTrial>],
    common: &[SettingPair],
    best: &Summary,
) -> Option<(String, Summary)> {
    let told = |trials: &Vec<RankedTrial>| {
        let first = &trials[0];
        let settings = first.length.iter().copied().chain(without(&first.others, common)).collect();
        let mut method = RankedTrial { others: settings, ..first.clone() }.method();
        if first.length.is_empty() {
            method.push_str(" of the profile's length");
        }
        Some((method, summary(trials)?))
    };
    let gain = |summary: &Summary| metric.gain(best.mean, summary.mean);
    let comparable = alone.iter().filter(|trials| include(&trials[0].others, common));
    let better = comparable.filter_map(told).filter(|(_, summary)| gain(summary) > 0.0);
    better.max_by(|(_, a), (_, b)| gain(a).total_cmp(&gain(b)))
}

fn summary(trials: &[RankedTrial]) -> Option<Summary> {
    Summary::of(&trials.iter().map(|trial| trial.score).collect::<Vec<_>>())
}

/// The settings beside the training length that all trials have.
fn common<'a>(methods: &[Vec<RankedTrial<'a>>]) -> Vec<SettingPair<'a>> {
    let all_have =
        |setting: &SettingPair| methods.iter().flatten().all(|trial| include(&trial.others, &[*setting]));
    methods[0][0].others.iter().copied().filter(all_have).collect()
}

/// Methods with the best mean first, those whose means are equal as printed in one place; and the lead of the first
/// method over the second.
fn ranking<'a>(
    metric: Metric,
    methods: &[Vec<RankedTrial<'a>>],
) -> (Vec<Vec<(String, Summary)>>, Option<PairedDifference>) {
    let told = |trials: &Vec<RankedTrial<'a>>| {
        let records = Trials(trials.iter().map(|trial| trial.record).collect());
        Some(((trials[0].method(), summary(trials)?), records))
    };
    let worse = |summary: &Summary| -metric.gain(0.0, summary.mean);
    let mut all: Vec<_> = methods.iter().filter_map(told).collect();
    all.sort_by(|(a, _), (b, _)| worse(&a.1).total_cmp(&worse(&b.1)).then_with(|| a.0.cmp(&b.0)));
    let (ranked, trials): (Vec<(String, Summary)>, Vec<Trials>) = all.into_iter().unzip();
    let lead = match &trials[..] {
        [first, second, ..] => PairedDifference::of(metric, second, first),
        _ => None,
    };
    let printed = |summary: &Summary| format!("{:.2}", summary.mean);
    (ranked.chunk_by(|a, b| printed(&a.1) == printed(&b.1)).map(<[_]>::to_vec).collect(), lead)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::structured;

    fn names(best: &Best) -> Vec<Vec<&str>> {
        best.ranking.iter().map(|place| place.iter().map(|(method, _)| method.as_str()).collect()).collect()
    }

    /// Trials of one network at 90 %: method, settings, accuracy.
    fn trials(all: &[(&str, &str, f64)]) -> Vec<Record> {
        let trial = |(method, settings, top1): &(&str, &str, f64)| Record {
            method: method.to_string(),
            settings: settings.to_string(),
            distribution: if *method == DENSE { "none" } else { "erk" }.into(),
            sparsity_target: Some(if *method == DENSE { 0.0 } else { 0.9 }),
            top1: Some(*top1),
            status: "ok".into(),
            ..Record::default()
        };
        all.iter().map(trial).collect()
    }

    #[test]
    fn methods_are_ranked_at_levels_with_several() {
        let all = best(&structured("resnet50"));
        // HALP alone is at 80 % of the latency.
        let levels: Vec<&str> = all.iter().map(|best| best.level.as_str()).collect();
        assert_eq!(levels, ["latency 30%", "latency 55%"]);
        let order = [
            "IEE from pretrained",
            "IEE from scratch",
            "HALP, pretrained",
            "Magnitude (channels), pretrained",
        ];
        assert_eq!(names(&all[0]), order.map(|method| vec![method]));
        assert_eq!(all[0].dense.unwrap().n, 2);
    }

    #[test]
    fn methods_whose_means_print_alike_share_a_place() {
        let all =
            best(&trials(&[("set", "", 70.0), ("rigl", "", 71.3), ("iee", "", 71.0), ("iee", "", 71.6)]));
        assert_eq!(names(&all[0]), [vec!["IEE (ERK)", "RigL (ERK)"], vec!["SET (ERK)"]]);
    }

    #[test]
    fn only_trainings_of_one_length_compete() {
        let long = "training_length=5";
        let all = best(&trials(&[
            ("rigl", "", 70.0),
            ("rigl", long, 75.0),
            ("set", "training_length=5.0", 74.0),
            ("static", "", 71.0),
            ("iee", "epochs=3", 90.0),
            (DENSE, "", 80.0),
            (DENSE, long, 82.0),
            (DENSE, "epochs=2", 50.0),
        ]));
        let told: Vec<_> = all.iter().map(|best| (best.level.as_str(), names(best)[0][0])).collect();
        assert_eq!(told, [("90%", "Static (ERK)"), ("90%; training_length=5", "RigL (ERK)")]);
        // Nothing else was trained for three epochs, so that is said beside both.
        for best in &all {
            let (method, summary) = best.of_other_length.clone().unwrap();
            assert_eq!((method.as_str(), summary.mean), ("IEE (ERK) [epochs=3]", 90.0));
        }
        assert_eq!(all.iter().map(|best| best.dense.unwrap().mean).collect::<Vec<_>>(), [80.0, 82.0]);
    }

    /// A longer training at the usual side is no rival at another one, and a usual one is named as such.
    #[test]
    fn another_length_is_named_where_it_is_better_and_all_else_is_equal() {
        let worse = best(&trials(&[("rigl", "", 70.0), ("set", "", 71.0), ("iee", "epochs=3", 70.5)]));
        assert_eq!(worse[0].of_other_length, None);
        let sides = best(&trials(&[
            ("rigl", "side=64;epochs=3", 70.0),
            ("set", "side=64;epochs=3", 71.0),
            ("static", "epochs=5", 90.0),
            ("snfs", "side=64", 80.0),
        ]));
        assert_eq!(sides[0].of_other_length.clone().unwrap().0, "SNFS (ERK) of the profile's length");
    }

    /// A trial that never changed its structure is one of a static network, and one of an earlier definition of another
    /// method.
    #[test]
    fn what_is_not_the_method_as_it_is_defined_is_never_called_best() {
        let mut all = trials(&[("rigl", "", 70.0), ("set", "", 72.0), ("iee", "", 90.0), ("snfs", "", 95.0)]);
        all[2].structure_changes = Some(0);
        all[3].outdated = Some("revision 0 of method snfs, which is at revision 1 now".into());
        assert_eq!(names(&best(&all)[0]), [["SET (ERK)"], ["RigL (ERK)"]]);
        all[2].structure_changes = Some(3);
        assert_eq!(names(&best(&all)[0])[0], ["IEE (ERK)"]);
        all[2].unlearned = Some("its validation loss is 1e21".into());
        assert_eq!(names(&best(&all)[0])[0], ["SET (ERK)"]);
        all[1].skipped_files = Some(1);
        all[2].unlearned = None;
        assert_eq!(names(&best(&all)[0]), [["IEE (ERK)"], ["RigL (ERK)"]]);
    }

    /// A seed trained with more threads is no second seed, and a share of multiply-accumulates is none of time.
    #[test]
    fn what_is_ranked_says_how_it_was_computed() {
        let mut all = trials(&[("rigl", "", 70.0), ("rigl", "", 71.0), ("iee", "", 72.0)]);
        all[1].threads = Some(2);
        assert_eq!(names(&best(&all)[0]), [["IEE (ERK)"], ["RigL (ERK), 2 threads"], ["RigL (ERK)"]]);
        let mut channels = structured("resnet50");
        channels.iter_mut().for_each(|record| record.latency_table = words::MACS.into());
        assert_eq!(best(&channels)[0].level, "latency 30% in MACs");
    }

    /// Data sets of one name are two groups, each named with its files.
    #[test]
    fn two_data_sets_of_one_name_do_not_compete() {
        let of = |fingerprint: &str, rigl: f64, iee: f64| {
            let mut all = trials(&[("rigl", "", rigl), ("iee", "", iee)]);
            for record in &mut all {
                record.dataset = "photographs".into();
                record.data_fingerprint = fingerprint.into();
            }
            all
        };
        let one = of("aa", 70.0, 71.0);
        assert_eq!(best(&one)[0].files, "");
        let both = best(&[one, of("bb", 73.0, 72.0)].concat());
        let told: Vec<_> = both.iter().map(|best| (best.files.as_str(), names(best)[0][0])).collect();
        assert_eq!(told, [(", files aa", "IEE (ERK)"), (", files bb", "RigL (ERK)")]);
    }

    /// What all trials of a level have in common belongs to the level, and to the dense network beside it.
    #[test]
    fn common_settings_belong_to_the_level() {
        let all = best(&trials(&[
            ("rigl", "side=64", 70.0),
            ("iee", "side=64;counts=false", 71.0),
            (DENSE, "side=64", 80.0),
            (DENSE, "", 90.0),
        ]));
        assert_eq!(all[0].level, "90%; side=64");
        assert_eq!(names(&all[0]), [["IEE (ERK) [counts=false]"], ["RigL (ERK)"]]);
        assert_eq!(all[0].dense.unwrap().mean, 80.0);
    }

    #[test]
    fn settings_are_compared_as_tables_compare_them() {
        let all = best(&trials(&[
            ("iee", "delta=100;alpha=0.3", 70.0),
            ("iee", "alpha=0.30;delta=1e2", 71.0),
            ("iee", "alpha=0.5;delta=100", 72.0),
        ]));
        assert_eq!(names(&all[0]), [["IEE (ERK) [alpha=0.5]"], ["IEE (ERK) [alpha=0.3]"]]);
        assert_eq!(all[0].level, "90%; delta=100");
        assert_eq!(all[0].ranking[1][0].1.n, 2);
    }
}
