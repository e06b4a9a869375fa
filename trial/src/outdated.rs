//! Whether a record is of a trial as it is defined today.
//!
//! The same settings can come to lead to another training: a default gets its published value, a profile
//! another recipe. The revision of the method or of the profile is raised then. Keys and records carry both, so
//! that trials of before are neither continued nor averaged with those of today.

use crate::{TrialSpec, registry, unlearned};
use records::Record;

/// Judges a record by the definitions of today and by its spec, where that is at hand: whether it is outdated, whether
/// anything was learnt, and whether changes of its structure say anything, which they do not of a method that is never
/// to change it. `tested` is the number of images that its network was tested on, where its run says so.
pub fn judge(record: &mut Record, spec: Option<&TrialSpec>, tested: Option<usize>) {
    record.outdated = spec.and_then(|spec| other_threads(record, spec)).or_else(|| outdated(record));
    record.unlearned = unlearned(record, spec, tested);
    if registry::method(&record.method).is_ok_and(|method| !method.edits) {
        record.structure_changes = None;
    }
}

/// Why a record is no result of its spec, if it was computed with another number of threads. Earlier versions did so
/// under the key that is one thread's. Where no number is recorded, nothing is known.
pub fn other_threads(record: &Record, spec: &TrialSpec) -> Option<String> {
    let (then, now) = (record.threads?, spec.threads.get() as u64);
    (then != now).then(|| format!("computed with {then} threads, while its key is that of {now}"))
}

/// Why a record is no result of today's definitions, if it is not: what has another revision now.
///
/// A method or a profile that this harness does not know has no revision to differ from.
fn outdated(record: &Record) -> Option<String> {
    let profile = suites::suite(&record.suite).ok().and_then(|suite| suite.preset(&record.profile));
    let method = registry::method(&record.method).ok();
    let now = [
        ("method", &record.method, record.method_revision, method.map(|method| method.revision)),
        ("profile", &record.profile, record.profile_revision, profile.map(|profile| profile.revision)),
    ];
    let differs = now.into_iter().filter_map(|(what, name, then, now)| {
        let (then, now) = (then.unwrap_or(0), u64::from(now?));
        (then != now).then(|| format!("revision {then} of {what} {name}, which is at revision {now} now"))
    });
    let differs: Vec<String> = differs.collect();
    (!differs.is_empty()).then(|| differs.join(", and "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_record_of_another_revision_is_outdated_and_says_of_what() {
        let iee = u64::from(registry::method("iee").unwrap().revision);
        let lite = suites::suite("cifar10").unwrap().preset("lite").unwrap().revision;
        let record = |method: Option<u64>, profile: Option<u64>| Record {
            suite: "cifar10".into(),
            method: "iee".into(),
            profile: "lite".into(),
            method_revision: method,
            profile_revision: profile,
            ..Record::default()
        };
        let today = record(Some(iee), Some(lite.into()));
        assert_eq!(outdated(&today), None);
        // Both have been raised since there were no columns for them.
        let old = outdated(&record(None, None)).unwrap();
        assert_eq!(
            old,
            format!(
                "revision 0 of method iee, which is at revision {iee} now, and revision 0 of profile lite, which is \
                 at revision {lite} now"
            )
        );
        assert!(outdated(&record(Some(iee + 1), Some(lite.into()))).is_some());
        assert_eq!(outdated(&Record { method: "gone".into(), profile: "mine".into(), ..today }), None);
    }

    #[test]
    fn a_record_of_other_threads_than_its_key_says_is_outdated() {
        let spec = |threads: u64| -> TrialSpec {
            let spec = serde_json::json!({
                "suite": "cifar10", "dataset": "cifar10", "data_fingerprint": "0", "model": "wrn-10-1",
                "method": "dense", "distribution": "none", "sparsity": 0.0, "seed": 0, "threads": threads,
                "profile": "mine", "recipe": {}, "settings": {},
            });
            serde_json::from_value(spec).unwrap()
        };
        let judged = |threads: Option<u64>, spec: Option<&TrialSpec>| {
            let mut record = Record { threads, ..Record::default() };
            judge(&mut record, spec, None);
            record.outdated
        };
        let (one, four) = (spec(1), spec(4));
        let why = judged(Some(4), Some(&one)).unwrap();
        assert_eq!(why, "computed with 4 threads, while its key is that of 1");
        assert_eq!([judged(Some(1), Some(&one)), judged(Some(4), Some(&four))], [None, None]);
        assert_eq!([judged(None, Some(&one)), judged(Some(4), None)], [None, None]);
    }

    #[test]
    fn only_a_method_that_changes_the_structure_can_fail_to() {
        let changes = |method: &str| {
            let mut record =
                Record { method: method.into(), structure_changes: Some(0), ..Record::default() };
            judge(&mut record, None, None);
            record.structure_changes
        };
        assert_eq!((changes("static"), changes("dense")), (None, None));
        assert_eq!((changes("iee"), changes("gone")), (Some(0), Some(0)));
    }
}
