//! Page sizes and type sizes. All lengths are in points (1/72 inch) unless they say millimetres.

/// Points a millimetre.
pub(crate) const MM: f32 = 72.0 / 25.4;
/// So many of something, as a factor; more than any page holds does not fit.
pub(crate) fn times(count: usize) -> f32 {
    u16::try_from(count).map_or(f32::INFINITY, f32::from)
}

/// The smallest type on any page.
pub(crate) const LEAST: f32 = 11.0;

/// The paper in the printer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// 148 × 210 mm.
    A5,
    /// 210 × 297 mm.
    A4,
    /// 8.5 × 11 inch.
    Letter,
}

impl Media {
    /// Width and height in points.
    pub fn size(self) -> (f32, f32) {
        match self {
            Self::A5 => (148.0 * MM, 210.0 * MM),
            Self::A4 => (210.0 * MM, 297.0 * MM),
            Self::Letter => (612.0, 792.0),
        }
    }

    /// The margin on all four sides: more than any office printer needs.
    pub fn margin(self) -> f32 {
        match self {
            Self::A5 => 10.0 * MM,
            Self::A4 | Self::Letter => 15.0 * MM,
        }
    }

    /// The name on the package.
    pub fn name(self) -> &'static str {
        match self {
            Self::A5 => "A5",
            Self::A4 => "A4",
            Self::Letter => "Letter",
        }
    }
}

/// How large the type is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TypeSize {
    /// 11 points and up.
    #[default]
    Normal,
    /// About 1.3 times as large.
    Large,
}

/// Whether QR symbols are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Symbol {
    /// Two copies, in opposite corners.
    #[default]
    Printed,
    /// None: the share can only be typed.
    LeftOff,
}

/// How a sheet is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// The paper.
    pub media: Media,
    /// The type.
    pub type_size: TypeSize,
    /// The symbols.
    pub symbol: Symbol,
    /// Whether there is a blank for a code word written by hand, which no printer can remember.
    pub code_word: bool,
}

impl Look {
    /// The usual look on some paper.
    pub fn on(media: Media) -> Self {
        Self { media, type_size: TypeSize::Normal, symbol: Symbol::Printed, code_word: false }
    }

    pub(crate) fn sizes(self) -> Sizes {
        let normal = match self.media {
            Media::A5 => Sizes {
                body: 11.0,
                lead: 14.0,
                title: 25.0,
                value: 12.0,
                row: 15.5,
                pitch: 20.0,
                module: 0.8 * MM,
            },
            Media::A4 | Media::Letter => Sizes {
                body: 11.5,
                lead: 15.0,
                title: 32.0,
                value: 14.0,
                row: 21.0,
                pitch: 26.5,
                module: 0.9 * MM,
            },
        };
        match self.type_size {
            TypeSize::Normal => normal,
            TypeSize::Large => Sizes {
                body: normal.body * 1.3,
                lead: normal.lead * 1.3,
                title: normal.title * 1.1,
                value: normal.value * 1.3,
                row: normal.row * 1.15,
                pitch: normal.pitch * 1.15,
                module: normal.module,
            },
        }
    }
}

/// Type sizes and distances that go together.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sizes {
    /// Running text, and the distance of its lines.
    pub(crate) body: f32,
    pub(crate) lead: f32,
    pub(crate) title: f32,
    /// Identifiers that people compare.
    pub(crate) value: f32,
    /// Rows of the card, and their distance.
    pub(crate) row: f32,
    pub(crate) pitch: f32,
    /// A QR module's side; never under 0.8 mm.
    pub(crate) module: f32,
}
