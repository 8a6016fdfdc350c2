// solvers/traffic/tile_steps.hpp
//
// The steps of one tile in scratch memory; see tiles.hpp.
//
// Index 0 is the tile's first vehicle, at a whole register. With n steps to go after the present one, its
// results are wanted for vehicles -n back .. vehicles + n reach.
#pragma once

#include "solvers/traffic/counters.hpp"
#include "solvers/traffic/driving.hpp"
#include "solvers/traffic/look.hpp"

namespace attune::traffic {

struct TilePlan {
  double dt;
  Integrator integrator;
  bool floor, closed;
  Index steps, reach;
  int leaders;
  Index vehicles;  // the most of a tile

  static constexpr Index register_numbers = Lanes::count;
  static constexpr int rows = 8;
  static Index whole(Index n) { return (n + register_numbers - 1) / register_numbers * register_numbers; }
  Index behind() const {
    return whole(4 * (closed ? 1 : steps)) + register_numbers;
  }  // 4 stages of Runge-Kutta, one vehicle each
  Index ahead() const { return whole(reach * (closed ? 1 : steps) + leaders + 1) + 2 * register_numbers; }
  Index row() const { return behind() + whole(vehicles) + ahead(); }
  std::size_t bytes() const {
    return sizeof(double) * static_cast<std::size_t>(rows * row() + register_numbers);
  }
};

template <class Law> class TileSteps {
 public:
  TileSteps(const Law& law, const TilePlan& plan, Index vehicles, double* memory)
      : law_(law), plan_(plan), vehicles_(vehicles), row_(plan.row()) {
    const auto misaligned = reinterpret_cast<std::uintptr_t>(memory) / sizeof(double) % W;
    double* at = memory + (W - misaligned) % W + plan.behind();
    for (double** row : {&headway_, &speed_, &next_, &moved_, &stage_h_, &stage_v_, &sum_h_, &sum_v_}) {
      *row = at;
      at += row_;
    }
  }

  void take(const double* headway, const double* speed) {
    const Index behind = plan_.behind();
    for (double* row : {headway_, speed_, next_, moved_, stage_h_, stage_v_, sum_h_, sum_v_}) {
      const bool distance = row == headway_ || row == stage_h_;
      std::fill(row - behind, row - behind + row_, distance ? 1e3 : 0.0);
      if (plan_.integrator != Integrator::runge_kutta && row == moved_) break;
    }
    const Index back = plan_.closed ? 0 : back_all(), ahead = plan_.closed ? 0 : plan_.reach * plan_.steps;
    std::copy(headway - back, headway + vehicles_ + ahead, headway_ - back);
    std::copy(speed - back, speed + vehicles_ + ahead, speed_ - back);
  }
  void give(double* headway, double* speed) const {
    std::copy(headway_, headway_ + vehicles_, headway);
    std::copy(speed_, speed_ + vehicles_, speed);
  }
  // From the place of the first vehicle to that after the steps.
  double run(double place) {
    switch (plan_.integrator) {
      case Integrator::semi_implicit:
        return euler<false>(place);
      case Integrator::ballistic:
        return euler<true>(place);
      case Integrator::runge_kutta:
        return runge_kutta(place);
    }
    return place;
  }
  Counters counters() const {
    Counters all;
    all.vehicle_steps = plan_.steps * vehicles_;
    for (int l = 0; l < W; ++l) {
      all.collisions += static_cast<Index>(collisions_[l]);
      all.negative_speeds += static_cast<Index>(negatives_[l]);
      all.absorb_acceleration(largest_[l]);
    }
    all.floors = plan_.floor ? all.negative_speeds : 0;
    return all;
  }

 private:
  static constexpr Index W = Lanes::count;

  Index back_of_step() const {
    if (!Law::looks_back) return 0;
    return plan_.integrator == Integrator::runge_kutta ? 4 : 1;
  }
  Index back_all() const { return back_of_step() * plan_.steps; }
  // The range of vehicles that results of a step are wanted for, with `left` steps and `more` vehicles to go.
  Index begin(Index left, Index more) const {
    return plan_.closed ? 0 : -TilePlan::whole(back_of_step() * left + (Law::looks_back ? more : 0));
  }
  Index end(Index left, Index more) const {
    return plan_.closed ? vehicles_ : vehicles_ + plan_.reach * left + more;
  }

  // Lanes of vehicles that others count, or that do not exist, are left out.
  void count(Index i, const Lanes& headway, const Lanes& u, const Lanes& unfloored) {
    if (i < 0 || i >= vehicles_) return;
    const Lanes one(1.0), none(0.0);
    Lanes collided = where_less(Lanes(law_.vehicle_length()), headway, none, one);
    Lanes negative = where_less(unfloored, none, one, none);
    Lanes size = Lanes(simd::max(u.value, (-u).value));
    size = where_less(size, Lanes(Kokkos::Experimental::infinity_v<double>), size,
                      Lanes(Kokkos::Experimental::infinity_v<double>));
    if (i + W > vehicles_) {
      const int lanes = static_cast<int>(vehicles_ - i);
      collided = Lanes(simd::first_lanes<double>(lanes, collided.value, none.value));
      negative = Lanes(simd::first_lanes<double>(lanes, negative.value, none.value));
      size = Lanes(simd::first_lanes<double>(lanes, size.value, none.value));
    }
    collisions_ = collisions_ + collided;
    negatives_ = negatives_ + negative;
    largest_ = Lanes(simd::max(largest_.value, size.value));
  }

  // The ghosts of a ring in one tile.
  void close(double* row) const {
    for (Index i = 0; i <= plan_.leaders; ++i) row[vehicles_ + i] = row[i];
    if constexpr (Law::looks_back) row[-1] = row[vehicles_ - 1];
  }

  template <bool ballistic> double euler(double place) {
    for (Index n = 0; n < plan_.steps; ++n) {
      const Index left = plan_.steps - 1 - n;
      if (plan_.closed) {
        close(headway_);
        close(speed_);
      }
      const Index first = begin(left, 0), past = end(left, 1);
      const Known<double> known{headway_, speed_, speed_};
      const Law law = law_;
      for (Index i = first; i < past; i += W) {
        const auto see = look<Lanes>(law, known, i);
        const Lanes u = law.acceleration(see);
        const auto step = move<ballistic>(see.speed, u, plan_.dt, plan_.floor);
        write(next_ + i, step.speed);
        write(moved_ + i, step.moved);
        count(i, see.distance[0], u, step.unfloored);
      }
      if (plan_.closed) moved_[vehicles_] = moved_[0];
      for (Index i = first; i < past; i += W)
        write(headway_ + i,
              read<Lanes>(headway_ + i) + (read<Lanes>(moved_ + i + 1) - read<Lanes>(moved_ + i)));
      std::swap(speed_, next_);
      place += moved_[0];
    }
    return place;
  }

  double runge_kutta(double place) {
    for (Index n = 0; n < plan_.steps; ++n) {
      const Index left = plan_.steps - 1 - n;
      double far = 0;
      Known<double> known{headway_, speed_, speed_};
      double *to_h = stage_h_, *to_v = stage_v_;
      for (int s = 0; s < 4; ++s) {
        if (plan_.closed) {
          close(const_cast<double*>(known.headway));
          close(const_cast<double*>(known.speed));
        }
        far += runge_kutta_weight(s) * known.speed[0];
        stage(s, known, to_h, to_v, begin(left, 3 - s), end(left, plan_.leaders * (3 - s)));
        known = {to_h, to_v, to_v};
        to_h = to_h == stage_h_ ? next_ : stage_h_;
        to_v = to_v == stage_v_ ? moved_ : stage_v_;
      }
      place += (plan_.dt / 6) * far;
    }
    return place;
  }

  void stage(int s, const Known<double>& known, double* to_h, double* to_v, Index first, Index past) {
    const Law law = law_;
    for (Index i = first; i < past; i += W) {
      const auto see = look<Lanes>(law, known, i);
      const Lanes u = law.acceleration(see), dh = see.leader_speed[0] - see.speed;
      RungeKutta<Lanes> step{read<Lanes>(headway_ + i), read<Lanes>(speed_ + i), read<Lanes>(sum_h_ + i),
                             read<Lanes>(sum_v_ + i)};
      step.absorb(s, dh, u, plan_.dt);
      if (s < 3) {
        write(to_h + i, step.headway);
        write(to_v + i, step.speed);
        write(sum_h_ + i, step.sum_h);
        write(sum_v_ + i, step.sum_v);
        if (s == 0) count(i, see.distance[0], u, Lanes(1.0));
      } else {
        write(headway_ + i, step.headway);
        write(speed_ + i, plan_.floor ? larger(step.speed, 0.0) : step.speed);
        count_negative(i, step.speed);
      }
    }
  }
  void count_negative(Index i, const Lanes& speed) {
    count(i, Lanes(Kokkos::Experimental::infinity_v<double>), Lanes(0.0), speed);
  }

  Law law_;
  TilePlan plan_;
  Index vehicles_, row_;
  double *headway_, *speed_, *next_, *moved_, *stage_h_, *stage_v_, *sum_h_, *sum_v_;
  Lanes collisions_{0.0}, negatives_{0.0}, largest_{0.0};
};

}  // namespace attune::traffic
