//! What stands on a custodian's printed sheet, and on the test page before it.

mod words;

use paper::{
    Imprint, Look, Media, PaperError, Rows, ShareSheet, SitePlace, Symbol, TypeSize, When, share_sheet,
};
use protocol::visible;
use script::{Dealing, Person, Plan};
use zeroize::Zeroizing;

/// What the shares of a sheet's set open.
pub enum Opens<'a> {
    /// The master key of that label, wrapped into that file.
    Key {
        /// The key's label.
        label: &'a str,
        /// The wrapped file's name.
        file: &'a str,
    },
    /// So many keys of a plan, each in a file of its own.
    Plan {
        /// How many.
        keys: &'a str,
    },
}

/// A card to print: the share's facts, and the rows and symbol of the card itself, which may be locked.
pub struct SheetOf<'a> {
    /// When it is printed.
    pub when: When,
    /// The share's number through the whole set.
    pub number: u8,
    /// How many shares of its group are needed, as the card says.
    pub threshold: u8,
    /// How the set is dealt.
    pub dealing: &'a Dealing,
    /// The set, as it stands on sheets, and in words.
    pub set: &'a str,
    /// The same in words.
    pub set_words: &'a str,
    /// Who takes it.
    pub custodian: &'a Person,
    /// What its set opens.
    pub opens: Opens<'a>,
    /// The card's rows.
    pub rows: &'a [&'a str],
    /// The card's symbol: its modules, and how many a row has.
    pub symbol: (&'a str, u32),
    /// Whether the share is one of a rehearsal.
    pub rehearsal: bool,
    /// Whether the card is locked with a code word.
    pub locked: bool,
}

/// The paper that a plan prints on.
pub fn media(plan: &Plan) -> Media {
    match plan.value("paper") {
        "Letter" => Media::Letter,
        "A5" => Media::A5,
        _ => Media::A4,
    }
}

fn look(plan: &Plan, code_word: bool) -> Look {
    Look {
        media: media(plan),
        type_size: if plan.value("large-type") == "yes" { TypeSize::Large } else { TypeSize::Normal },
        symbol: if plan.value("qr") == "no" { Symbol::LeftOff } else { Symbol::Printed },
        code_word,
    }
}

/// The test page, with the symbol that stands for [`paper::TEST_SYMBOL_TEXT`]: nothing on it is secret.
pub fn test_page(plan: &Plan, when: When, symbol: (&str, u32)) -> Result<Vec<u8>, PaperError> {
    let hash = script::hex(&script::script_hash(&plan.text));
    let imprint = Imprint {
        title: "Test page",
        script_hash: &hash,
        language: "en",
        when,
        rehearsal: plan.mode == protocol::Mode::Rehearsal,
    };
    paper::test_page(&imprint, look(plan, false), symbol)
}

/// The sheet, made in memory.
pub fn sheet(plan: &Plan, of: &SheetOf<'_>) -> Result<Zeroizing<Vec<u8>>, PaperError> {
    let hash = script::hex(&script::script_hash(&plan.text));
    let (number, count) = (of.number, of.dealing.count());
    let site = site_of(of.dealing, number);
    let title = words::title(number, count, &of.set);
    let (purpose, key_file) = of.opens.in_words();
    let custodian = with_title(plan, of.custodian);
    let sheet = ShareSheet {
        imprint: Imprint {
            title: &title,
            script_hash: &hash,
            language: "en",
            when: of.when,
            rehearsal: of.rehearsal,
        },
        rows: Rows::Printed(of.rows),
        symbol: Some(of.symbol),
        index: number,
        threshold: of.threshold,
        count,
        set: of.set,
        set_words: of.set_words,
        // What a printer would draw as nothing is seen on paper too.
        purpose: &visible(&purpose),
        key_file: &visible(&key_file),
        custodian: &visible(&custodian),
        site,
        locked: of.locked,
    };
    share_sheet(&sheet, look(plan, of.locked))
}

/// Where the share of that number belongs, where sites count.
pub(crate) fn site_of(dealing: &Dealing, number: u8) -> Option<SitePlace<'_>> {
    dealing.site_of(number).map(|at| SitePlace {
        name: at.name,
        number: at.number,
        needed: dealing.sites_needed(),
        sites: at.sites,
        index: at.index,
        count: at.count,
    })
}

/// A person with the title of their role.
pub(crate) fn with_title(plan: &Plan, person: &Person) -> String {
    let role = plan.script.roles.iter().find(|r| r.role == person.role);
    role.map_or_else(|| person.name.clone(), |role| format!("{}, {}", person.name, role.title.to_lowercase()))
}

impl Opens<'_> {
    /// The purpose of the sheet, and the file or files that it opens.
    fn in_words(&self) -> (String, String) {
        match self {
            Self::Plan { keys } => (words::of_a_plan(keys), words::plan_files(keys)),
            Self::Key { label, file } => (words::of_master_key(label), (*file).to_owned()),
        }
    }
}
