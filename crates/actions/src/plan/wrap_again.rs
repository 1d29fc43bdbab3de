//! `wrap-plan-backup-again`: every key of an earlier plan is brought back from its backup by the custodians who hold it, one
//! after another and for the moment, and wrapped under one fresh wrapping key.

use crate::backup::fresh::{fresh_key, fresh_set, origin, put_wrapping_key};
use crate::backup::{BACKUP_KEY, dice, void};
use crate::cloud::by_line::one_key;
use crate::earlier::plan::{Backed, PUBLIC_KEYS, Wrapped, kept};
use crate::earlier::{BROUGHT, DRILL_DECIDED, brought};
use crate::plan::words;
use crate::plan::wrapped_files::{all_backed_up, drop_unfinished, name_of, wrapped_files};
use crate::recover::OLD_SET;
use crate::recover::brought_back::lent;
use crate::token::CAPABILITIES;
use engine::words::out_of_order;
use engine::{Action, Cue, Halt, Outcome, Past, Recall as _, Room, Stage, TokenRefusal, Void, WorkWith as _};
use script::{Closes, Hands, Plan, Reach, Row, sha256};
use secrets::SecretBytes;
use std::collections::BTreeMap;
use store::make_folder;
use tokens::Token;
use transcript::FileDigest;

/// Wraps the keys of a plan for another backup.
pub(crate) struct WrapPlanBackupAgain;

static ROW: Row = Row {
    name: "wrap-plan-backup-again",
    needs: &[&CAPABILITIES, &OLD_SET, &BROUGHT],
    makes: &[&BACKUP_KEY],
    empties_room: true,
    closes: &[Closes::Own(&DRILL_DECIDED)],
    notes: &[&[
        &facts::PLAN_BACKED_CHECK_VALUE,
        &facts::PLAN_LINE,
        &facts::PLAN_BACKUP_SET,
        &facts::PLAN_BACKUP_FILE,
        &facts::PLAN_AGAIN_FROM_SET,
        &facts::PLAN_AGAIN_SPEC,
        &facts::PLAN_AGAIN_LABEL,
        &facts::COPIES_KNOWN,
    ]],
    states: &[&facts::SHARE_SET, &facts::PLAN_BACKED_UP, &facts::WRAPPED_WITH, &facts::BACKUP_KEY_ORIGIN],
    hands: Hands::Two,
    reach: &[Reach::Token],
    ..Row::PLAIN
};

impl Action for WrapPlanBackupAgain {
    fn row(&self) -> &'static Row {
        &ROW
    }

    fn play(&self, cue: Cue<'_>, stage: &mut dyn Stage, room: &mut Room<'_>) -> Result<Outcome, Halt> {
        void::destroy_void_sheets(cue, stage)?;
        drop_unfinished(cue, stage)?;
        let dice = dice::thrown(cue, stage)?;
        let plan = kept(&*stage)?.ok_or_else(out_of_order)?;
        let went = plan.places()?;
        let lines = stage.need(&facts::PLAN_LINES)?;
        let older = stage.need(&facts::DRILL_SET)?;
        let rebuilt = brought::rebuilt(stage, room)?;
        let set = fresh_set()?;
        let backup_key = stage
            .work(words::MAKING_BACKUP_KEY, words::A_FEW_SECONDS, |token| fresh_key(token, dice.as_ref()))?;
        make_folder(&stage.folder().join(PUBLIC_KEYS))?;
        let mut blobs = BTreeMap::new();
        for (n, line) in lines.iter().enumerate() {
            let backed = plan.lines.iter().find(|b| b.line == *line).ok_or_else(out_of_order)?;
            let was = went.get(line).ok_or_else(out_of_order)?;
            let wrapped = plan.wrapped(backed).map_err(|why| words::again::not_as_kept(*line, &why))?;
            let doing = words::backing_up(n + 1, lines.len(), *line);
            let blob = stage.work(&doing, words::A_FEW_SECONDS, |token| {
                again(token, (&rebuilt, &backup_key), &wrapped, backed)
            })?;
            if let Some(first) = blobs.insert(sha256(&blob), *line) {
                return Err(one_key(first, *line).into());
            }
            let name = name_of(cue.plan, set, *line);
            stage.keep(&name, &blob)?;
            let places: Vec<_> = was.places.iter().map(|place| serde_json::json!(place)).collect();
            let mut note = Outcome::new()
                .fact(&facts::NOTE, words::was_backed_up(*line))
                .fact(&facts::PLAN_LINE, *line)
                .fact(&facts::PLAN_BACKUP_SET, set.to_string())
                .fact(&facts::PLAN_BACKUP_FILE, name.as_str())
                .fact(&facts::PLAN_BACKED_CHECK_VALUE, backed.check_value.as_str())
                .fact(&facts::PLAN_AGAIN_FROM_SET, older.as_str())
                .fact(&facts::PLAN_AGAIN_SPEC, wrapped.spec.to_string())
                .fact(&facts::PLAN_AGAIN_LABEL, was.label.as_str())
                .fact(&facts::COPIES_KNOWN, places)
                .file(FileDigest::of(name, &blob));
            if let Some(public) = &wrapped.public_key {
                let name = format!("{PUBLIC_KEYS}/line-{line}-{}.der", stage.past().entries.len());
                stage.keep(&name, public)?;
                note =
                    note.fact(&facts::PLAN_PUBLIC_KEY_FILE, name.as_str()).file(FileDigest::of(name, public));
            }
            stage.note(note)?;
        }
        let outcome = all_backed_up(stage, set, lines.into_iter(), origin(dice.as_ref()))?;
        put_wrapping_key(room, backup_key)?;
        Ok(outcome)
    }

    fn voids(&self, plan: &Plan, past: &Past<'_>) -> Void {
        void::with_its_set(plan, past, wrapped_files(plan, past))
    }
}

/// One key, from under the older wrapping key to under the new one, inside the token.
fn again(
    token: &mut dyn Token,
    (older, newer): (&SecretBytes, &SecretBytes),
    wrapped: &Wrapped,
    backed: &Backed,
) -> Result<Vec<u8>, TokenRefusal> {
    let from = (wrapped.blob.as_slice(), wrapped.spec, wrapped.public_key.as_deref());
    let key = lent(token, older, from, &backed.check_value)?;
    let blob = token.wrap_under(newer, key.handle);
    let forgotten = token.destroy(key.handle); // also when wrapping failed, which then says more
    let blob = blob?;
    forgotten?;
    Ok(blob)
}
