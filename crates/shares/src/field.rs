//! A second, independent combiner: Lagrange interpolation over GF(2^8) with the polynomial 0x11D.
//!
//! It shares no code with the library that deals. What is secret is multiplied bit by bit, without tables or branches, so that
//! neither the cache nor the branch predictor learns a share; tables are used for what stands on every card.

/// Powers of 2, which generates the field, and the logarithms: for public values alone. The powers stand there twice, so that a sum
/// of two logarithms needs no reduction.
static POWERS: [u8; 510] = {
    let mut powers = [1; 510];
    let mut at = 1;
    while at < powers.len() {
        let before = powers[at - 1];
        powers[at] = (before << 1) ^ if before & 0x80 == 0 { 0 } else { 0x1d };
        at += 1;
    }
    powers
};
static LOGARITHMS: [u8; 256] = {
    let mut logarithms = [0; 256];
    let mut at = 0u8;
    while at < 255 {
        logarithms[POWERS[at as usize] as usize] = at;
        at += 1;
    }
    logarithms
};

fn logarithm(a: u8) -> usize {
    usize::from(LOGARITHMS[usize::from(a)])
}

/// Product of two public elements other than zero.
fn public_mul(a: u8, b: u8) -> u8 {
    POWERS[logarithm(a) + logarithm(b)]
}

/// Inverse of a public element other than zero.
fn public_inverse(a: u8) -> u8 {
    POWERS[255 - logarithm(a)]
}

/// Adds the product of a public element with each byte of secret ones.
fn add_product(public: u8, secret: &[u8], to: &mut [u8]) {
    let mut times = public;
    for bit in 0..8 {
        for (o, y) in to.iter_mut().zip(secret) {
            *o ^= times & 0u8.wrapping_sub((y >> bit) & 1);
        }
        times = (times << 1) ^ (0x1d & 0u8.wrapping_sub(times >> 7));
    }
}

/// Polynomials of least degree through some points (x, one y a polynomial), by Lagrange's formula in its barycentric form. Their x
/// are public: so is every weight, and only a y is secret.
pub(crate) struct Through<'p> {
    points: &'p [(u8, &'p [u8])],
    /// Of each point: one over the product of the differences of its x and the others'.
    weights: Vec<u8>,
}

impl<'p> Through<'p> {
    /// Through these: their x are distinct, which the callers have checked.
    pub(crate) fn new(points: &'p [(u8, &'p [u8])]) -> Self {
        let product = |(i, (xi, _)): (usize, &(u8, &[u8]))| {
            let others = points.iter().enumerate().filter(|(j, _)| *j != i);
            public_inverse(others.fold(1, |product, (_, (xj, _))| public_mul(product, xi ^ xj)))
        };
        Self { points, weights: points.iter().enumerate().map(product).collect() }
    }

    /// Writes into `out` their values at `x`, which is none of the points'; every y is as long as `out`.
    pub(crate) fn value(&self, x: u8, out: &mut [u8]) {
        out.fill(0);
        let all = self.points.iter().fold(1, |product, (xi, _)| public_mul(product, x ^ xi));
        for ((xi, yi), weight) in self.points.iter().zip(&self.weights) {
            add_product(public_mul(all, public_mul(*weight, public_inverse(x ^ xi))), yi, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Product in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1 (0x11D), as a book has it.
    fn mul(mut a: u8, b: u8) -> u8 {
        let mut product = 0;
        for bit in 0..8 {
            if b >> bit & 1 == 1 {
                product ^= a;
            }
            a = (a << 1) ^ if a >> 7 == 1 { 0x1d } else { 0 };
        }
        product
    }

    #[test]
    fn every_product_and_inverse_is_the_fields() {
        let all: Vec<u8> = (0..=255).collect();
        for a in 0..=255 {
            let mut products = [0; 256];
            add_product(a, &all, &mut products);
            for b in 0..=255 {
                assert_eq!(products[usize::from(b)], mul(a, b));
                assert!(a == 0 || b == 0 || public_mul(a, b) == mul(a, b));
            }
            assert!(a == 0 || mul(a, public_inverse(a)) == 1);
        }
    }

    #[test]
    fn two_generates_the_whole_field() {
        // 0x11D is primitive: 2 has order 255. It has order 51 under 0x11B, so this tells the two fields apart.
        let mut a = 2;
        let mut order = 1;
        while a != 1 {
            a = mul(a, 2);
            order += 1;
        }
        assert_eq!(order, 255);
    }
}
