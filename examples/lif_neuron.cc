// A leaky integrate-and-fire neuron that is driven by a constant current:
//
//   tau_m dV/dt = -V + R I,   V >= V_th: a spike, V = 0 for the time tau_ref
//
//   lif_neuron --I=0.5 --tau_ref=5
//
// simulates it and writes its firing rate as JSON into the file that the
// environment variable CPPET_RESULTS names, or else to standard output.

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <string>
#include <vector>

namespace {

// Milliseconds, nanoampere, megaohm and millivolt.
using Settings = std::map<std::string, double>;

const Settings kDefaults = {
    {"I", 0.5},                          // input current
    {"R", 40.0},                         // resistance of the membrane
    {"V_th", 15.0},                      // threshold above rest
    {"tau_m", 10.0},                     // time constant of the membrane
    {"tau_ref", 5.0},     {"dt", 0.01},  // time step
    {"duration", 2000.0},                // simulated time
};

// Reads --name=value; false, with a message, for anything else.
bool ParseArguments(int argc, char** argv, Settings* settings) {
  for (int i = 1; i < argc; ++i) {
    const std::string argument = argv[i];
    const size_t equals = argument.find('=');
    const std::string name =
        argument.substr(0, 2) == "--" && equals != std::string::npos
            ? argument.substr(2, equals - 2)
            : "";
    char* end = nullptr;
    const double value =
        name.empty() ? 0 : std::strtod(argv[i] + equals + 1, &end);
    if (settings->count(name) == 0 || end == argv[i] + equals + 1 ||
        *end != '\0') {
      std::cerr << "lif_neuron: cannot understand " << argument << "\n";
      return false;
    }
    (*settings)[name] = value;
  }
  return true;
}

// The times of the spikes. The step is exact, since the input is constant.
std::vector<double> SpikeTimes(const Settings& s) {
  const double dt = s.at("dt");
  const double decay = std::exp(-dt / s.at("tau_m"));
  const double steady = s.at("R") * s.at("I");
  const auto steps = static_cast<long>(s.at("duration") / dt);
  const auto rest = static_cast<long>(std::lround(s.at("tau_ref") / dt));
  std::vector<double> spikes;
  double v = 0;
  long resting = 0;
  for (long step = 1; step <= steps; ++step) {
    if (resting > 0) {
      --resting;
      continue;
    }
    v = steady + (v - steady) * decay;
    if (v >= s.at("V_th")) {
      spikes.push_back(step * dt);
      v = 0;
      resting = rest;
    }
  }
  return spikes;
}

// Spikes a second, from the mean interval; 0 for fewer than two spikes.
double Rate(const std::vector<double>& spikes) {
  if (spikes.size() < 2) return 0;
  return 1000.0 * (spikes.size() - 1) / (spikes.back() - spikes.front());
}

void WriteJson(const std::vector<double>& spikes, std::ostream& out) {
  // showpoint: a rate of 0 is still a float.
  out << std::setprecision(17) << std::showpoint
      << "{\"rate\": " << Rate(spikes) << ", \"spikes\": " << spikes.size()
      << ", \"first_spikes\": [";
  for (size_t i = 0; i < spikes.size() && i < 10; ++i) {
    out << (i > 0 ? ", " : "") << spikes[i];
  }
  out << "]}\n";
}

}  // namespace

int main(int argc, char** argv) {
  Settings settings = kDefaults;
  if (!ParseArguments(argc, argv, &settings)) return 1;
  const std::vector<double> spikes = SpikeTimes(settings);
  if (const char* path = std::getenv("CPPET_RESULTS")) {
    std::ofstream file(path);
    WriteJson(spikes, file);
    return file.flush() ? 0 : 1;
  }
  WriteJson(spikes, std::cout);
  return 0;
}
