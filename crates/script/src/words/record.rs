//! The problems of what a script declares that its steps record.

use protocol::problems;

problems! {
    /// A step has a record table and its action takes none, or the other way round.
    pub(crate) fn record_table_not(step: &str) = "record-table" {
        "Step {step} declares what it records, and its action records what it always does."
        "Nothing was started."
        "Take the table record out of the step, or name the action record."
    }

    /// The other way round.
    pub(crate) fn record_table_missing(step: &str) = "record-table" {
        "Step {step} does not declare what it records: it has no table record."
        "Nothing was started."
        "Add the table with a kind and fields, and check again."
    }

    /// A name that no fact can have.
    pub(crate) fn record_name(step: &str, name: &str) = "record-name" {
        "In step {step} the name {name} of what it records stands twice, or has not 1 to 40 of a-z, 0-9 and dashes after a first letter."
        "Nothing was started."
        "Give it another name, and check again."
    }

    /// Nothing is asked.
    pub(crate) fn record_of_nothing(step: &str) = "record-of-nothing" {
        "Step {step} records nothing: it has no fields."
        "Nothing was started."
        "Add a field, and check again."
    }

    /// Choices where there are none, none where there are some, or one twice.
    pub(crate) fn record_choices(step: &str, field: &str) = "record-choices" {
        "In step {step} the field {field} is a choice without choices, has choices and is none, or names one twice."
        "Nothing was started."
        "Mend its form or its choices, and check again."
    }

    /// A text of no length, or too long.
    pub(crate) fn record_longest(step: &str, field: &str, most: usize) = "record-longest" {
        "In step {step} the field {field} takes no text, or more than {most} characters."
        "Nothing was started."
        "Set most to a number from 1 to {most}, and check again."
    }

    /// A day that nobody waits for.
    pub(crate) fn record_days(step: &str, due: &str, most: u16) = "record-days" {
        "In step {step} what is due as {due} is due within no day, or more than {most}."
        "Nothing was started."
        "Set within-days to a number from 1 to {most}, and check again."
    }

    /// What is due names what is not asked, or not for everybody.
    pub(crate) fn record_due_names(step: &str, field: &str) = "record-due-names" {
        "In step {step} something due names {field}, which is not for the public: what is due stands in lists and calendars."
        "Nothing was started."
        "Give the field level = \"public\", or name another, and check again."
    }

    /// A sentence names what there is not.
    pub(crate) fn text_names(step: &str, name: &str) = "text-names" {
        "A sentence of step {step} names {name} in braces, which is no parameter of the script."
        "Nothing was started."
        "Name a parameter, actor, or of a script that deals shares dealing-needed, dealing-of or dealing-units; or write it without braces."
    }

    /// An example that its own question would refuse.
    pub(crate) fn record_example(step: &str, field: &str) = "record-example" {
        "In step {step} the example of the field {field} is no answer that the field takes."
        "Nothing was started."
        "Write an example of its form and length: a rehearsal answers with it."
    }

    /// What is due names a field that there is not.
    pub(crate) fn record_due_names_none(step: &str, field: &str) = "record-due-names" {
        "In step {step} something due names {field}, and no field is called that."
        "Nothing was started."
        "Name a field of the step, and check again."
    }
}
