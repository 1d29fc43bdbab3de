//! A second, independent combiner: Lagrange interpolation over GF(2^8) with the polynomial 0x11D.
//!
//! It shares no code with the library that deals. Multiplication is done bit by bit, without tables or branches on
//! secret data, so that neither the cache nor the branch predictor learns a share.

/// Product in GF(2^8) modulo x^8 + x^4 + x^3 + x^2 + 1 (0x11D).
fn mul(mut a: u8, b: u8) -> u8 {
    let mut product = 0;
    for bit in 0..8 {
        product ^= a & 0u8.wrapping_sub((b >> bit) & 1);
        let carry = 0u8.wrapping_sub(a >> 7);
        a = (a << 1) ^ (0x1d & carry);
    }
    product
}

/// Inverse of a non-zero element: a^254, since a^255 = 1.
fn inverse(a: u8) -> u8 {
    let mut result = 1;
    let mut square = a;
    for _ in 0..7 {
        square = mul(square, square);
        result = mul(result, square);
    }
    result
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
            inverse(others.fold(1, |product, (_, (xj, _))| mul(product, xi ^ xj)))
        };
        Self { points, weights: points.iter().enumerate().map(product).collect() }
    }

    /// Writes into `out` their values at `x`, which is none of the points'; every y is as long as `out`.
    pub(crate) fn value(&self, x: u8, out: &mut [u8]) {
        out.fill(0);
        let all = self.points.iter().fold(1, |product, (xi, _)| mul(product, x ^ xi));
        for ((xi, yi), weight) in self.points.iter().zip(&self.weights) {
            let weight = mul(all, mul(*weight, inverse(x ^ xi)));
            for (o, y) in out.iter_mut().zip(*yi) {
                *o ^= mul(weight, *y);
            }
        }
    }
}

/// The values at `x` of the polynomials through `points`.
#[cfg(test)]
pub(crate) fn interpolate(points: &[(u8, &[u8])], x: u8, out: &mut [u8]) {
    Through::new(points).value(x, out);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_element_but_zero_has_its_inverse() {
        for a in 1..=255 {
            assert_eq!(mul(a, inverse(a)), 1);
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
