//! What the short profiles must say of methods: defaults of settings are those of trainings of hundreds of
//! thousands of steps.

use sparsity::Prunes;

/// A method that is not asked for a sparsity reaches the one that its settings lead to within so many steps. Where a
/// profile of generated images leaves them at the published values, it prunes nothing, and its row stays empty.
#[test]
fn short_profiles_say_what_settings_decide_the_sparsity() {
    let mut checked = 0;
    for suite in suites::SUITES {
        let presets = suite.presets().into_iter().filter(|preset| preset.synthetic.is_some());
        for preset in presets {
            for method in trial::registry::all() {
                if method.prunes != Prunes::Unasked {
                    continue;
                }
                let own = preset.method(method.name, &(method.settings)());
                assert!(!own.is_empty(), "{} {} has no values for {}", suite.name, preset.name, method.name);
                checked += 1;
            }
        }
    }
    assert!(checked >= suites::SUITES.len(), "{checked} profiles were looked at");
}
