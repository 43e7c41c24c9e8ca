//! What fuzzing starts from, and what it has found: each input once, as ordinary tests.

#[path = "fuzz/src/answers.rs"]
mod answers;
#[path = "fuzz/src/corpus.rs"]
mod corpus;
#[path = "fuzz/src/exchange.rs"]
mod exchange;
#[path = "fuzz/src/ids.rs"]
mod ids;

/// The inputs of a target.
macro_rules! folder {
    ($target:literal) => {
        concat!(env!("CARGO_MANIFEST_DIR"), "/fuzz/corpus/", $target)
    };
}

#[test]
fn answers_of_contactship_read_the_same_again() {
    corpus::each(folder!("contactship"), answers::contactship);
}

#[test]
fn answers_of_inboxapp_v1_read_the_same_again() {
    corpus::each(folder!("inboxapp_v1"), answers::inboxapp_v1);
}

#[test]
fn answers_of_inboxapp_v2_read_the_same_again() {
    corpus::each(folder!("inboxapp_v2"), answers::inboxapp_v2);
}

#[test]
fn whole_answers_end_in_a_value_or_a_true_error() {
    corpus::each(folder!("exchange"), exchange::run);
}

#[test]
fn ids_are_refused_or_stay_one_segment() {
    corpus::each(folder!("ids"), ids::run);
}
