//! `certify-destruction`: what was destroyed and what could not be confirmed, as a page.

use crate::copies::copy::{ANOTHER, BEFORE, Copy, DESTROYED, MISSING, all, became, gone_before};
use crate::copies::{REST_GONE, guards, words};
use crate::earlier::{CERTIFICATE, certificate};
use documents::certificate::{Destruction, of_destruction};
use engine::words::utc;
use engine::{Action, Cue, Halt, Outcome, Recall as _, Room, Stage};
use facts::KEPT;
use register::places::Sort;
use script::Row;

/// Writes the certificate.
pub(crate) struct CertifyDestruction;

impl Action for CertifyDestruction {
    fn row(&self) -> &'static Row {
        const {
            &Row {
                name: "certify-destruction",
                needs: &[&REST_GONE],
                makes: &[&CERTIFICATE],
                states: &[&facts::CERTIFICATE_FILE],
                ..Row::PLAIN
            }
        }
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, _: &mut Room<'_>) -> Result<Outcome, Halt> {
        let (mut sure, mut unsure) = (Vec::new(), Vec::new());
        for copy in all(stage)? {
            let became = became(stage, &copy).unwrap_or_else(|| MISSING.to_owned());
            let end = (copy.to_string(), end_of(&copy, &became).to_owned());
            let confirmed = [DESTROYED, BEFORE, ANOTHER].contains(&became.as_str());
            if confirmed { &mut sure } else { &mut unsure }.push(end);
        }
        sure.extend(gone_before(stage).into_iter().map(|(place, run)| (place.says, words::end_in(&run))));
        for label in stage.newest(&facts::OTHER_KEYS_UNTOLD).unwrap_or_default() {
            unsure.push((words::other_key(&label), words::CANNOT_BE_TOLD.to_owned()));
        }
        let text = of_destruction(&Destruction {
            mode: cue.plan.mode,
            run: cue.run,
            day: &utc(stage.now()),
            earlier: &stage.newest(&facts::EARLIER_CEREMONY).unwrap_or_default(),
            label: &stage.newest(&facts::EARLIER_KEY_LABEL).unwrap_or_default(),
            check_value: &stage.newest(&facts::DRILL_CHECK_VALUE).unwrap_or_default(),
            path: &stage.newest(&facts::EARLIER_KEY_PATH).unwrap_or_default(),
            set: &stage.newest(&facts::DRILL_SET).unwrap_or_default(),
            token: &words::token(
                &stage.newest(&facts::TOKEN_MODEL).unwrap_or_default(),
                &stage.newest(&facts::TOKEN_SERIAL).unwrap_or_default(),
            ),
            below: stage.newest(&facts::BELOW_THRESHOLD).as_deref() == Some("yes"),
            kept: guards::is_kept(stage)?,
            sure,
            unsure,
        });
        Ok(certificate::keep(stage, "destruction-certificate", &text)?)
    }
}

/// What the certificate says of a copy's end.
fn end_of(copy: &Copy, became: &str) -> &'static str {
    let sort = if let Copy::Known(place) = copy { Some(place.sort) } else { None };
    match (copy, sort, became) {
        (Copy::Sheet(..), _, DESTROYED) | (_, Some(Sort::Sheet), DESTROYED) => words::SHEET_END,
        (Copy::Boxed(_), _, DESTROYED) | (_, Some(Sort::Boxed), DESTROYED) => words::BOXED_END,
        (Copy::File(..), _, DESTROYED) | (_, Some(_), DESTROYED) => words::MEDIA_END,
        (Copy::Here(_), _, DESTROYED) => words::TOKEN_END,
        (_, Some(Sort::Cloud), BEFORE) => words::CLOUD_END,
        (_, Some(Sort::Printer), BEFORE) => words::PRINTER_END,
        (_, Some(Sort::Record), BEFORE) => words::RECORD_END,
        (_, _, BEFORE) => words::END_BEFORE,
        (_, _, ANOTHER) => words::ANOTHER_KEY_END,
        (_, _, KEPT) => words::KEPT_END,
        _ => words::NOT_CONFIRMED,
    }
}
