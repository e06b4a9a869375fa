use super::*;
use crate::paper::table;

fn record(profile: &str, dataset: &str, model: &str) -> Record {
    Record {
        suite: "cifar10".into(),
        profile: profile.into(),
        dataset: dataset.into(),
        model: model.into(),
        ..Record::default()
    }
}

#[test]
fn a_narrower_network_is_of_its_family() {
    let table2 = table("table2").unwrap();
    let narrow = |model| Record { suite: "imagenet".into(), ..record("smoke", "imagenet-generated", model) };
    assert!(may_show(&table2, &narrow("resnet50-0.25")));
    assert!(!may_show(&table2, &narrow("mobilenet-v1-0.25")));
    assert!(!may_show(&table("mobilenet").unwrap(), &narrow("resnet50-0.125")));
}

#[test]
fn unlike_records_are_kept_apart_and_the_published_recipe_comes_first() {
    let definition = table("table3").unwrap();
    let records = [
        record("smoke", "cifar10-generated", "wrn-10-1"),
        record("lite", "cifar10", "wrn-22-2"),
        record("paper", "cifar10", "wrn-22-4"),
        record("paper", "cifar10-generated", "wrn-22-2"),
        record("paper", "cifar10", "wrn-22-2"),
        record("lite", "cifar10", "wrn-22-2"),
        Record { suite: "imagenet".into(), ..record("paper", "cifar10", "wrn-22-2") },
    ];
    let groups = groups(&definition, &records);
    let seen: Vec<_> = groups.iter().map(|g| (g.nature(&definition), g.records.len())).collect();
    let expected = [
        ("profile paper on cifar10: the full published recipe (network wrn-22-2)", 1),
        (
            "profile paper on cifar10: different network; not comparable with the published values \
             (network wrn-22-4)",
            1,
        ),
        (
            "profile paper on synthetic images (cifar10-generated): smoke test; not evidence about the \
             methods (network wrn-22-2)",
            1,
        ),
        (
            "profile lite on cifar10: shortened recipe; not comparable with the published \
             values (network wrn-22-2)",
            2,
        ),
        (
            "profile smoke on synthetic images (cifar10-generated): smoke test; not evidence about the \
             methods (network wrn-10-1)",
            1,
        ),
    ];
    assert_eq!(seen, expected.map(|(nature, n)| (nature.to_string(), n)));
    let comparable: Vec<_> = groups.iter().map(|g| g.is_comparable(&definition)).collect();
    assert_eq!(comparable, [true, false, false, false, false]);
}

#[test]
fn two_sets_of_one_name_have_two_headings() {
    let definition = table("table3").unwrap();
    let of = |fingerprint: &str, model| Record {
        data_fingerprint: fingerprint.into(),
        ..record("lite", "image-folder-10", model)
    };
    let records = [of("6b38", "wrn-22-2"), of("f0e5", "wrn-22-2"), of("f0e5", "wrn-10-1")];
    let natures: Vec<_> =
        groups(&definition, &records).iter().map(|group| group.nature(&definition)).collect();
    let named =
        |nature: &&String, files: &str| nature.contains(&format!("(image-folder-10), files {files}:"));
    assert_eq!(
        natures.iter().filter(|nature| named(nature, "6b38") || named(nature, "f0e5")).count(),
        2,
        "{natures:?}"
    );
    assert_eq!(
        natures.iter().filter(|nature| nature.contains("(image-folder-10): ")).count(),
        1,
        "{natures:?}"
    );
}

#[test]
fn images_that_were_resized_once_more_are_other_data() {
    let definition = table("table2").unwrap();
    let nature = |dataset| {
        let group = Group { profile: "paper", dataset, model: "resnet50", ..Group::default() };
        (group.nature(&definition), group.is_comparable(&definition))
    };
    let other = |dataset| {
        format!(
            "profile paper on other data ({dataset}): different data; not comparable with the \
             published values (network resnet50)"
        )
    };
    assert_eq!(nature("imagenet-packed-256"), (other("imagenet-packed-256"), false));
    assert_eq!(nature("image-folder-10"), (other("image-folder-10"), false));
    for dataset in ["imagenet-generated", "imagenet-generated-packed-64"] {
        let (said, comparable) = nature(dataset);
        assert!(said.starts_with(&format!("profile paper on synthetic images ({dataset}): smoke test")));
        assert!(!comparable);
    }
    assert!(nature("imagenet").1);
}

#[test]
fn a_network_with_a_table_of_its_own_is_not_shown_in_another() {
    let records = ["resnet50", "mobilenet-v1", "resnet-14"]
        .map(|model| Record { suite: "imagenet".into(), ..record("paper", "imagenet", model) });
    let models = |id| {
        let definition = table(id).unwrap();
        groups(&definition, &records).iter().map(|group| group.model.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(models("table4"), ["resnet50", "resnet-14"]);
    assert_eq!(models("mobilenet"), ["mobilenet-v1", "resnet-14"]);
}

/// Records of an earlier definition are counted where they would stand, and nothing is computed from them.
#[test]
fn outdated_records_are_left_out_and_counted() {
    let record = |outdated: Option<&str>, profile: &str| Record {
        suite: "cifar10".into(),
        model: "wrn-22-2".into(),
        dataset: "cifar10".into(),
        profile: profile.into(),
        outdated: outdated.map(String::from),
        ..Record::default()
    };
    let why = Some("revision 0 of profile lite, which is at revision 1 now");
    let records = [record(None, "lite"), record(why, "lite"), record(why, "lite"), record(why, "paper")];
    let groups = groups(&table("table3").unwrap(), &records);
    let told: Vec<_> = groups.iter().map(|g| (g.profile, g.records.len(), g.outdated.len())).collect();
    assert_eq!(told, [("lite", 1, 2), ("paper", 0, 1)], "what has results comes first");
    let note = groups[0].left_out_as_outdated().unwrap();
    assert!(note.contains("2 of revision 0 of profile lite, which is at revision 1 now"), "{note}");
    assert_eq!(Group::default().left_out_as_outdated(), None);
}
