"""analysis/heat/equations.py

What each heat experiment asks, as equations: (mathtext, the same in plain words) for the head of its section.
"""

VERIFICATION = (
    (
        (
            r"\frac{\partial u}{\partial t} = \nabla\cdot(K\,\nabla u) + s \quad \mathrm{on}\ [0,1]^D,\qquad"
            r" r = \frac{\kappa\,\Delta t}{h^2}"
        ),
        "u_t = div(K grad u) + s on [0, 1]^D, r = kappa dt / h^2",
    ),
    (
        r"\mathrm{explicit:}\ \left(1 - 4r\sum_a \sin^2\frac{\theta_a}{2}\right)^{n} \qquad"
        r"\mathrm{lattice:}\ \exp\left(-4nr\sum_a \sin^2\frac{\theta_a}{2}\right) \qquad"
        r"\mathrm{heat\ equation:}\ \exp\left(-nr\,|\theta|^2\right)",
        (
            "factors of a mode after n steps: explicit (1 - 4 r sum sin^2(theta/2))^n, lattice exp(-4 n r sum"
            " sin^2(theta/2)), heat equation exp(-n r |theta|^2)"
        ),
    ),
)

TRANSITION = (
    (
        r"\mathrm{target:}\ u_i' = (1-2Dr)\,u_i + r\sum_{j\sim i} u_j \qquad "
        r"\mathrm{head:}\ u_i' = \sum_o p_o\,u_{i+o},\quad p = \mathrm{softmax}(\mathrm{bias})",
        (
            "target u' = (1 - 2 D r) u_i + r sum of the 2 D neighbours; head u' = sum_o p_o u_(i+o), p ="
            " softmax(bias)"
        ),
    ),
    (
        r"p_o > 0,\ \sum_o p_o = 1\ \Rightarrow\ \mathrm{exact\ iff}\ 2Dr < 1;\qquad "
        r"\mathrm{beyond:}\ \mathrm{loss} = (2Dr-1)^2\left(1+\frac{1}{2D}\right)",
        (
            "p > 0 and sum p = 1, so the head is exact iff 2 D r < 1; beyond, the loss is (2 D r - 1)^2 (1 +"
            " 1 / 2D)"
        ),
    ),
)

PROPAGATOR = (
    (
        (
            r"u_i' = \sum_o p_o\,u_{i+o},\quad p = \mathrm{softmax}(\mathrm{bias}),\quad |o_a| \leq"
            r" \mathrm{reach}"
        ),
        "u' = sum_o p_o u_(i+o), p = softmax(bias) on the offsets |o_a| <= reach",
    ),
    (
        r"\mathrm{(a)\ untrained:}\ \mathrm{bias} = -\frac{|o|^2}{4r} \qquad "
        r"\mathrm{(b)\ trained\ on}\ e^{r\nabla_h^2}\mathrm{:}\ \mathrm{bias} = \log\prod_a"
        r" \frac{I_{o_a}(2r)}{I_0(2r)}",
        (
            "(a) untrained, bias -|o|^2 / (4 r); (b) trained on exp(r laplace_h), bias log prod I_(o_a)(2 r)"
            " / I_0(2 r)"
        ),
    ),
    (
        r"\mathrm{(c)\ trained\ on}\ e^{-r\theta^2}\mathrm{:\ its\ negative\ weights\ are\ out\ of\ reach;}\ "
        r"p = \mathrm{argmin}_{p \geq 0,\ \sum p = 1}\ \Vert p - t \Vert_{C}",
        (
            "(c) trained on exp(-r theta^2): its negative weights are out of reach, p is its projection on"
            " the simplex"
        ),
    ),
)

SIGN_BARRIER = (
    (
        r"\mathrm{target:}\ u_i' = u_i + r\sum_a\sum_{|j|\leq m} c_j\,u_{i+j e_a} \qquad "
        r"\mathrm{heads:}\ u' = (1+a)\,P u - a\,Q u,\quad P, Q = \mathrm{softmax}(\mathrm{bias})",
        (
            "target u' = u + r sum_a sum_j c_j u_(i + j e_a), the star of order 2 m; heads u' = (1 + a) P u -"
            " a Q u, P, Q = softmax(bias)"
        ),
    ),
    (
        r"a = 0:\ \mathrm{loss} = \min_{p \geq 0,\ \sum p = 1} \Vert p - t\Vert_C^2 \qquad "
        r"a > \sum_o \max(0, -t_o):\ \mathrm{exact}",
        "a = 0: the distance of t from the simplex; a beyond the sum of the negative weights of t: exact",
    ),
)

ZERO_TAIL = (
    (
        r"b \leftarrow b - \eta\,\nabla_b\,\mathrm{loss},\qquad \mathrm{loss} ="
        r" \langle (\sum_o p_o\,u_{i+o} - u_i')^2 \rangle",
        "gradient descent b <- b - eta grad loss, loss = mean (sum_o p_o u_(i+o) - u'_i)^2",
    ),
    (
        r"p_o \to 0:\ \mathrm{loss} \sim 1/t \qquad p_o > 0:\ \mathrm{loss} \sim (1 - \eta\lambda)^{2t},"
        r"\quad \lambda = \lambda_{\min}(2\,J C J),\ J = \mathrm{diag}\,p - p\,p^T",
        (
            "weights that should vanish: loss ~ 1 / t; weights that should not: loss ~ (1 - eta lambda)^(2t),"
            " lambda the least curvature 2 J C J, J = diag p - p p^T"
        ),
    ),
)

BOUNDARIES = (
    (
        r"\mathrm{mask:}\ u_i' = \frac{1}{Z_i}\sum_{i+o\ \mathrm{inside}} p_o\,u_{i+o},\quad Z_i = 1 - r\,"
        r"\#\mathrm{missing} \qquad \mathrm{ghost:}\ u_{-1-k} = \pm u_k",
        "mask: u'_i = sum of p_o u_(i+o) inside / Z_i, Z_i = 1 - r (neighbours missing); ghost: u_(-1-k) = +-u_k",
    ),
    (
        r"\mathrm{mask:}\ \sum_i Z_i u_i\ \mathrm{kept},\quad \frac{\mathrm{decay}}{\mathrm{decay\ of\ the\ step}} ="
        r" \left(\frac{N}{N-2r}\right)^2 \qquad \mathrm{ghost:}\ \sum_i u_i\ \mathrm{kept}",
        "mask: sum Z u is kept, the first mode decays too fast by (N / (N - 2 r))^2; ghost: sum u is kept",
    ),
)

POSITIVE_MAP = (
    (
        r"u_i' = \sum_o p_o\,u_{i+o},\quad p = \mathrm{softmax}(\mathrm{bias}),\quad |o_a| \leq W;\qquad "
        r"\mathrm{order}\ p:\ \sum_j p_j\,j^{2k} = \frac{(2k)!}{k!}\,r^k,\quad 2k \leq p",
        "u' = sum_o p_o u_(i+o), p = softmax(bias), |o_a| <= W; order p: sum_j p_j j^2k = (2k)! / k! r^k, 2k <= p",
    ),
    (
        r"\mathrm{order\ 2:}\ 0 < r \leq \frac{W^2}{2}\qquad \mathrm{order\ 4:}\ \frac{1}{6} \leq r \leq"
        r" \frac{W^2}{6}\qquad \mathrm{order\ 6:}\ r \leq \frac{W^2}{2(3+\sqrt{6})}\qquad \mathrm{order\ 8:}\ r \leq"
        r" \frac{W^2}{2(5+\sqrt{10})}",
        (
            "positive weights of order 2: r <= W^2 / 2; order 4: 1/6 <= r <= W^2 / 6; order 6 at most W^2 / (2 (3 + sqrt"
            " 6)), order 8 at most W^2 / (2 (5 + sqrt 10))"
        ),
    ),
)

STABILITY = (
    (
        r"\mathrm{target\ on}\ |\theta_a| \leq \theta_{\mathrm{band}}:\ e^{-r|\theta|^2} \qquad "
        r"g(\theta) = \sum_o w_o \cos(o\cdot\theta),\quad \sum_o w_o = 1",
        "target exp(-r |theta|^2) on |theta_a| <= band; g(theta) = sum_o w_o cos(o . theta), sum_o w_o = 1",
    ),
    (
        r"w \geq 0\ \Rightarrow\ |g| \leq 1,\quad \min u_0 \leq A^n u_0 \leq \max u_0 \qquad "
        r"\mathrm{else}\ |A^n u_0| \sim \max|g|^n",
        "w >= 0: |g| <= 1 and no value leaves the range of the data; else |A^n u0| ~ max |g|^n",
    ),
    (
        r"e_n = \frac{|(g^{m} - e^{-n r' |\theta|^2})\,\hat u_0|}{|e^{-n r' |\theta|^2}\,\hat u_0|},\qquad "
        r"m = \mathrm{round}(n r' / r)",
        "e_n = |(g^m - exp(-n r' |theta|^2)) u0^| / |exp(-n r' |theta|^2) u0^|, m = round(n r' / r)",
    ),
)

ROLLOUT_BENCHMARK = (
    (
        r"\gamma_2 = 2Dr,\qquad \mathrm{nRMSE}(n) = \sqrt{\frac{\langle (u_n - v_n)^2\rangle}{\langle v_n^2\rangle}}"
        r" = \frac{\Vert (g_A^n - g_T^n)\,\hat u_0\Vert}{\Vert g_T^n\,\hat u_0\Vert}",
        "gamma_2 = 2 D r; nRMSE(n) = sqrt(<(u_n - v_n)^2> / <v_n^2>) = |(g_A^n - g_T^n) u0^| / |g_T^n u0^|",
    ),
    (
        r"\mathrm{loss} = \frac{1}{n}\sum_{m=1}^{n} \langle (A^m u_0 - v_m)^2\rangle \qquad \xi(n) ="
        r" \frac{\mathrm{error\ of\ the\ head\ that\ learned\ from\ a\ solver}}{\mathrm{error\ of\ that\ solver}}",
        (
            "unrolled loss (1 / n) sum_m <(A^m u0 - v_m)^2>; xi(n) = error of the head that learned from a solver"
            " / error of that solver"
        ),
    ),
)

COEFFICIENTS = (
    (
        (
            r"\frac{\partial u}{\partial t} = \nabla\cdot(\kappa\,\nabla u),\qquad r_{ij} ="
            r" \frac{2\,\Delta t}{h^2\left(1/\kappa_i + 1/\kappa_j\right)}"
        ),
        "u_t = div(kappa grad u), r_ij = 2 dt / (h^2 (1/kappa_i + 1/kappa_j))",
    ),
    (
        (
            r"\mathrm{row:}\ u_i' = \sum_j p_{ij}\,u_j \qquad"
            r"\mathrm{flux:}\ u_i' = u_i + \sum_j e^{z_{ij}}(u_j-u_i) \qquad"
            r"\mathrm{Sinkhorn:}\ u_i' = \sum_j e^{z_{ij}+f_i+f_j}\,u_j"
        ),
        "row u' = sum p_ij u_j; flux u' = u + sum e^z_ij (u_j - u_i); Sinkhorn u' = sum e^(z_ij + f_i + f_j) u_j",
    ),
    (
        (
            r"\mathrm{window\ of\ half\mathrm{-}width}\ W:\ \ p_o \geq 0\ \mathrm{consistent\ at\ every\ angle"
            r"\ iff}\ \frac{\lambda_{\max}}{\lambda_{\min}} \leq \left(W+\sqrt{1+W^2}\right)^2"
        ),
        "nonnegative weights on a window of half-width W at every angle iff the ratio is at most (W + sqrt(1 + W^2))^2",
    ),
)
