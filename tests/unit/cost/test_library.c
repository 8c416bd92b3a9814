/* Figures of every embedded class: the reference's, at 28 nm and with other than default
 * parameters where it has any. */
#include "cost_case.h"

/* Energy, throughput per action */
typedef struct figures {
    const char *class, *attributes, *actions;
    int bits;
    double area, leak, costs[4];
} figures;

static const figures known[] = {
    {"Adder", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 0, 1.1408692307692305e-10,
     1.0631411039183321e-06, {9.302484659285406e-14, 1428571428.5714285, 0.0, INFINITY}},
    {"Comparator", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 0, 2.913730769230768e-11,
     1.1118684045145892e-08, {1.3054486805197188e-14, 1428571428.5714285, 0.0, INFINITY}},
    {"Counter", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 0, 2.0334557692307686e-10,
     1.4219512264907693e-07, {1.1107166683186776e-13, 1428571428.5714285, 0.0, INFINITY}},
    {"IntMAC", "{'tech_node': 2.8e-08, 'adder_width': 20, 'multiplier_width': 10}", "read write", 0,
     4.343878405448716e-10, 5.500278627910816e-06,
     {8.088916472086963e-13, 1428571428.5714285, 0.0, INFINITY}},
    {"Multiplier", "{'tech_node': 2.8e-08, 'width_a': 12, 'width_b': 20}", "read write", 0,
     8.143569711538458e-10, 1.1074386499149294e-05,
     {1.755290260115163e-12, 1428571428.5714285, 0.0, INFINITY}},
    {"Register", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 8, 7.853119999999997e-11, 0.0,
     {4.252564415673329e-14, INFINITY, 4.252564415673329e-14, 4285714285.714286}},
    {"AlbireoArrayedWaveguideGrating", "{'tech_node': 2.8e-08}", "read", 0, 7.091769599999996e-06, 0.0,
     {0.0, INFINITY, 0, 0}},
    {"AlbireoDAC", "{'tech_node': 2.8e-08, 'scaling': 'moderate'}", "read", 0, 9.791999999999995e-10, 0.0,
     {2.6e-12, INFINITY, 0, 0}},
    {"AlbireoDoubleMicroRingResonator", "{'tech_node': 2.8e-08, 'scaling': 'moderate'}", "read", 0,
     5.247999999999997e-09, 0.000776, {0.0, INFINITY, 0, 0}},
    {"AlbireoLaser", "{'tech_node': 2.8e-08, 'scaling': 'moderate'}", "read", 0, 3.9379199999999976e-08,
     7.43e-05, {0.0, INFINITY, 0, 0}},
    {"AlbireoMachZehnderModulator", "{'tech_node': 2.8e-08, 'scaling': 'moderate'}", "read", 0,
     9.642239999999996e-08, 0.00141, {0.0, INFINITY, 0, 0}},
    {"AlbireoMicroRingResonator", "{'tech_node': 2.8e-08, 'scaling': 'moderate'}", "read", 0,
     2.6239999999999984e-09, 0.000388, {0.0, INFINITY, 0, 0}},
    {"AlbireoPhotodiode", "{'tech_node': 2.8e-08, 'cycle_period': 2e-09}", "read", 0, 1.1814399999999994e-08,
     0.0, {0.0, 499999999.99999994, 0, 0}},
    {"AlbireoStarCoupler", "{'tech_node': 2.8e-08}", "read", 0, 1.679999999999999e-06, 0.0,
     {0.0, INFINITY, 0, 0}},
    {"AlbireoTIA", "{'tech_node': 2.8e-08, 'scaling': 'moderate', 'cycle_period': 2e-09}", "read", 0,
     1.772159999999999e-08, 0.0, {3.125e-13, 499999999.99999994, 0, 0}},
    {"AtomlayerADC", "{'tech_node': 2.8e-08, 'resolution': 5}", "read write", 0, 1.2299999999999994e-10, 0.0,
     {1.6217199397080254e-13, 2194285714.2857146, 0.0, INFINITY}},
    {"AtomlayerDAC", "{'tech_node': 2.8e-08, 'resolution': 5, 'rows': 16}", "read write", 0,
     3.484999999999999e-11, 0.0, {5.189545322058229e-12, 3657142857.1428576, 0.0, INFINITY}},
    {"AtomlayerEDRAM", "{'tech_node': 2.8e-08, 'width': 24, 'depth': 96}", "read write", 8,
     2.990917968749999e-10, 0.0,
     {4.571877937603463e-14, 3033380571428571.5, 4.571877937603463e-14, 3033380571428571.5}},
    {"AtomlayerEDRAMBus", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 8, 5.765624999999997e-10, 0.0,
     {3.3627984663060016e-13, 1516690285714285.8, 0.0, INFINITY}},
    {"AtomlayerInputBufferTransfers", "{'tech_node': 2.8e-08, 'width': 24, 'depth': 96}", "read write", 8,
     1.9372499999999993e-09, 0.0, {2.0089420147398993e-12, INFINITY, 0.0, INFINITY}},
    {"AtomlayerRegisterLadder", "{'tech_node': 2.8e-08, 'width': 24, 'depth': 96}", "read write", 0,
     1.4944499999999995e-09, 0.0,
     {7.74344522709342e-14, 109714285714.2857, 7.74344522709342e-14, 1142857142.857143}},
    {"AtomlayerRouter", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 8, 1.1531249999999994e-08, 0.0,
     {5.045170731422633e-13, 3033380571428571.5, 0.0, INFINITY}},
    {"AtomlayerShiftAdd", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 0, 7.379999999999997e-11, 0.0,
     {2.4520405483481264e-14, 1371428571.4285715, 2.4520405483481264e-14, INFINITY}},
    {"BrahmsDAC", "{'tech_node': 2.8e-08, 'resolution': 5}", "read write", 0, 2.995807692307691e-11, 0.0,
     {2.148430980834963e-14, 2514285714.2857146, 0.0, INFINITY}},
    {"ColonnadeCimLogic",
     "{'tech_node': 2.8e-08, 'width': 24, 'switching_activity': "
     "0.25, 'voltage_energy_scale': 0.8, 'cycle_period': 2e-09}",
     "read", 0, 1.2701728151999993e-11, 2.793549072837401e-08, {9.295252079156627e-17, INFINITY, 0, 0}},
    {"ColonnadeCimLogicInputPort",
     "{'tech_node': 2.8e-08, 'switching_activity': 0.25, 'voltage': 0.9, 'voltage_energy_scale': "
     "0.8, 'n_instances': 3, 'cycle_period': 2e-09}",
     "read", 0, 0.0, 0.0, {3.5831826000000004e-16, INFINITY, 0, 0}},
    {"ColonnadeRegister",
     "{'tech_node': 2.8e-08, 'width': 24, 'voltage_energy_scale': 0.8, 'cycle_period': 2e-09}", "read write",
     8, 6.795162330666663e-13, 8.569095343946642e-11,
     {1.927659536399718e-15, 13928571428.571428, 0.0, 13928571428.571428}},
    {"DummyCompute", "{'tech_node': 2.8e-08}", "read write", 0, 0.0, 0.0, {0.0, INFINITY, 0.0, INFINITY}},
    {"DummyMemory", "{'tech_node': 2.8e-08}", "read write", 0, 0.0, 0.0, {0.0, INFINITY, 0.0, INFINITY}},
    {"DummyNetwork", "{'tech_node': 2.8e-08}", "read write", 0, 0.0, 0.0, {0.0, INFINITY, 0.0, INFINITY}},
    {"DummyStorage", "{'tech_node': 2.8e-08}", "read write", 0, 0.0, 0.0, {0.0, INFINITY, 0.0, INFINITY}},
    {"FormsADC", "{'tech_node': 2.8e-08, 'resolution': 5}", "read write", 0, 4.663749999999998e-10, 0.0,
     {3.521441597656271e-13, 1920000000.0000005, 0.0, INFINITY}},
    {"FormsDAC", "{'tech_node': 2.8e-08, 'resolution': 5, 'rows': 16}", "read write", 0,
     3.484999999999999e-11, 0.0, {5.189545322058229e-12, 3657142857.1428576, 0.0, INFINITY}},
    {"IsaacADC", "{'tech_node': 2.8e-08, 'resolution': 5}", "read write", 0, 1.2299999999999994e-10, 0.0,
     {1.6217199397080254e-13, 2194285714.2857146, 0.0, INFINITY}},
    {"IsaacChip2ChipLink", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 8, 1.0924999999999997e-06,
     0.0, {6.722462588198797e-13, 9188775746413.717, 6.722462588198797e-13, 9188775746413.717}},
    {"IsaacDAC", "{'tech_node': 2.8e-08, 'resolution': 5, 'rows': 16}", "read write", 0,
     3.484999999999999e-11, 0.0, {5.189545322058229e-12, 3657142857.1428576, 0.0, INFINITY}},
    {"IsaacEDRAM", "{'tech_node': 2.8e-08, 'width': 24, 'depth': 96}", "read write", 8, 2.990917968749999e-10,
     0.0, {4.571877937603463e-14, 3033380571428571.5, 4.571877937603463e-14, 3033380571428571.5}},
    {"IsaacEDRAMBus", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 8, 5.765624999999997e-10, 0.0,
     {3.3627984663060016e-13, 1516690285714285.8, 0.0, INFINITY}},
    {"IsaacRouter", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 8, 1.1531249999999994e-08, 0.0,
     {5.045170731422633e-13, 3033380571428571.5, 0.0, INFINITY}},
    {"IsaacRouterSharedByFour", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 8,
     2.8828124999999986e-09, 0.0, {5.045170731422633e-13, 1.2133522285714286e+16, 0.0, INFINITY}},
    {"IsaacShiftAdd", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 0, 7.379999999999997e-11, 0.0,
     {2.4520405483481264e-14, 1371428571.4285715, 2.4520405483481264e-14, INFINITY}},
    {"JiaDatapath", "{'tech_node': 2.8e-08, 'voltage': 0.9, 'cycle_period': 2e-09}", "read write", 0,
     2.6688666666666656e-09, 1.0331907885554765e-06,
     {2.7924075366364234e-12, 3999999999.9999995, 0.0, INFINITY}},
    {"JiaShiftAdd", "{'tech_node': 2.8e-08, 'resolution': 5, 'voltage': 0.9, 'cycle_period': 2e-09}",
     "read write", 0, 1.5833333333333328e-10, 6.457442428471728e-08,
     {6.544705163991616e-14, 3999999999.9999995, 6.544705163991616e-14, 3999999999.9999995}},
    {"JiaZeroComparator",
     "{'n_comparators': 12, 'n_bits': 6, 'tech_node': 2.8e-08, 'voltage': 0.9, 'cycle_period': 2e-09}",
     "read write", 0, 3.112948523402714e-10, 1.1214933944916214e-09,
     {7.587953166854575e-15, 16925269876.288239, 0.0, INFINITY}},
    {"RaaamEDRAM", "{'tech_node': 2.8e-08, 'width': 512, 'depth': 96}", "read write", 8,
     1.2129109374999995e-08, 5.281705633896497e-05,
     {9.632859481082201e-12, 5617371428571.43, 9.184819505217913e-12, 5617371428571.43}},
    {"NeurramAnalogIntegrator", "{'tech_node': 2.8e-08, 'voltage': 0.9}", "read write", 0,
     5.162499999999997e-12, 2.091077833797375e-10, {1.0455389168986876e-14, INFINITY, 0.0, INFINITY}},
    {"NeurramAnalogSample", "{'tech_node': 2.8e-08, 'width': 24, 'voltage': 0.9}", "read write", 0,
     1.592999999999999e-11, 4.18215566759475e-10, {5.0185868011137e-14, INFINITY, 0.0, INFINITY}},
    {"NeurramShiftAdd", "{'tech_node': 2.8e-08, 'resolution': 5, 'voltage': 0.9}", "read write", 0,
     3.1343749999999984e-13, 2.091077833797375e-10,
     {5.227694584493438e-16, INFINITY, 5.227694584493438e-16, INFINITY}},
    {"NeurramVariablePrecisionADC", "{'tech_node': 2.8e-08, 'voltage': 0.9}", "read write", 0,
     5.899999999999997e-12, 4.18215566759475e-10, {1.254646700278425e-14, INFINITY, 0.0, INFINITY}},
    {"NewtonADC", "{'tech_node': 2.8e-08, 'resolution': 5}", "read write", 0, 1.2299999999999994e-10, 0.0,
     {1.6217199397080254e-13, 2194285714.2857146, 0.0, INFINITY}},
    {"NewtonDAC", "{'tech_node': 2.8e-08, 'resolution': 5, 'rows': 16}", "read write", 0,
     3.484999999999999e-11, 0.0, {5.189545322058229e-12, 3657142857.1428576, 0.0, INFINITY}},
    {"NewtonEDRAM", "{'tech_node': 2.8e-08, 'width': 24, 'depth': 96}", "read write", 8,
     2.990917968749999e-10, 0.0,
     {4.571877937603463e-14, 3033380571428571.5, 4.571877937603463e-14, 3033380571428571.5}},
    {"NewtonEDRAMBus", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 8, 5.765624999999997e-10, 0.0,
     {3.3627984663060016e-13, 1516690285714285.8, 0.0, INFINITY}},
    {"NewtonRouter", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 8, 1.1531249999999994e-08, 0.0,
     {5.045170731422633e-13, 3033380571428571.5, 0.0, INFINITY}},
    {"NewtonShiftAdd", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 0, 7.379999999999997e-11, 0.0,
     {2.4520405483481264e-14, 1371428571.4285715, 2.4520405483481264e-14, INFINITY}},
    {"RaellaQuantMultiplier", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 0, 0.0, 0.0,
     {2.214877299829859e-13, 1428571428.5714285, 0.0, INFINITY}},
    {"TimelyChargingComparator", "{'tech_node': 2.8e-08}", "read write", 0, 1.0133333333333328e-11, 0.0,
     {1.725087322633168e-14, 15476190.476190478, 0.0, INFINITY}},
    {"TimelyChip2ChipLink", "{'tech_node': 2.8e-08, 'width': 24}", "read write", 8, 1.0924999999999997e-06,
     0.0, {6.722462588198797e-13, 9188775746413.717, 6.722462588198797e-13, 9188775746413.717}},
    {"TimelyDTC", "{'tech_node': 2.8e-08, 'resolution': 5}", "read write", 0, 7.599999999999997e-12, 0.0,
     {1.9391719004419605e-15, 15476190.476190478, 0.0, INFINITY}},
    {"TimelyIAdder", "{'tech_node': 2.8e-08}", "read write", 0, 1.0133333333333328e-11, 0.0,
     {1.522379219973635e-14, 15476190.476190478, 0.0, INFINITY}},
    {"TimelyInputOutputBuffer", "{'tech_node': 2.8e-08, 'width': 24, 'depth': 96}", "read write", 8,
     1.4249999999999995e-12, 0.0,
     {4.209745724113034e-12, 297142857142.8572, 1.0259602507125037e-11, 29714285714.285713}},
    {"TimelyPSubBuf", "{'tech_node': 2.8e-08}", "read write", 0, 1.266666666666666e-12, 0.0,
     {9.514870124835218e-16, 15476190.476190478, 0.0, INFINITY}},
    {"TimelyTDC", "{'tech_node': 2.8e-08, 'resolution': 5}", "read write", 0, 9.816666666666663e-12, 0.0,
     {7.49813134837558e-15, 15476190.476190478, 0.0, INFINITY}},
    {"TimelyXSubBuf", "{'tech_node': 2.8e-08, 'rows': 16}", "read write", 0, 2.0266666666666657e-11, 0.0,
     {4.103804853841973e-15, 15476190.476190478, 0.0, INFINITY}},
    {"C2CLadderDAC",
     "{'resolution': 4, 'voltage': 1, 'tech_node': 2.2e-08, 'hist': "
     "[1, 2, 4, 2, 1], 'unit_capacitance': 1e-15}",
     "read", 0, 3.328770307777409e-11, 2.5013119999999997e-09,
     {9.402312379505458e-15, 999999999.9999999, 0, 0}},
    {"C2CLadderDAC",
     "{'resolution': 6, 'voltage': 0.8, 'tech_node': 2.8e-08, 'hist': "
     "[3, 0, 1, 2, 5, 1, 1], 'load_resistance': 10000.0, 'load_capacitance': "
     "1e-12, 'cycle_period': 1e-09, 'unit_capacitance': 1e-15}",
     "read", 0, 9.870084479135746e-11, 7.456971600000001e-09,
     {3.080765468593796e-14, 6544615.500312846, 0, 0}},
    {"C2CLadderDAC",
     "{'resolution': 2, 'voltage': 0.8, 'tech_node': 2.8e-08, 'hist': "
     "[3, 0, 1, 2, 5, 1, 1], 'unit_capacitance': 1e-15}",
     "read", 0, 1.639380999711916e-11, 8.285521999999999e-10,
     {3.980350763888889e-15, 999999999.9999999, 0, 0}},
    {"C2CLadderDAC",
     "{'resolution': 1, 'voltage': 0.8, 'tech_node': 2.8e-08, 'hist': [3, 1], 'unit_capacitance': 1e-15}",
     "read", 0, 6.133595598559578e-12, 2.0713808e-10, {8.882144749999999e-16, 999999999.9999999, 0, 0}},
    {"R2RLadderDAC",
     "{'resolution': 4, 'voltage': 1, 'tech_node': 2.2e-08, 'hist': "
     "[1, 2, 4, 2, 1], 'unit_resistance': 5000}",
     "read", 0, 1.4594377e-10, 6.253279999999999e-10, {7.155898215562486e-14, 999999999.9999999, 0, 0}},
    {"R2RLadderDAC",
     "{'resolution': 6, 'voltage': 0.8, 'tech_node': 2.8e-08, 'hist': "
     "[3, 0, 1, 2, 5, 1, 1], 'load_resistance': 10000.0, 'load_capacitance': "
     "1e-12, 'cycle_period': 1e-09, 'unit_resistance': 5000}",
     "read", 0, 3.5497489492231405e-10, 1.2428286000000001e-09,
     {8.27944237974501e-12, 6557704.731313471, 0, 0}},
    {"R2RLadderDAC",
     "{'resolution': 2, 'voltage': 0.8, 'tech_node': 2.8e-08, 'hist': "
     "[3, 0, 1, 2, 5, 1, 1], 'unit_resistance': 5000}",
     "read", 0, 1.1832496490743803e-10, 4.1427609999999994e-10,
     {3.23603507638889e-14, 999999999.9999999, 0, 0}},
    {"R2RLadderDAC",
     "{'resolution': 1, 'voltage': 0.8, 'tech_node': 2.8e-08, 'hist': [3, 1], 'unit_resistance': 5000}",
     "read", 0, 5.9162481953719e-11, 2.0713808e-10, {1.2768214475000004e-14, 999999999.9999999, 0, 0}},
    {"DualSidedR2RLadderDAC",
     "{'resolution': 4, 'voltage': 1, 'tech_node': 2.2e-08, 'hist': "
     "[1, 2, 4, 2, 1], 'unit_resistance': 5000}",
     "read", 0, 2.9188754e-10, 1.2506559999999999e-09, {1.4311796431124972e-13, 999999999.9999999, 0, 0}},
    {"DualSidedR2RLadderDAC",
     "{'resolution': 6, 'voltage': 0.8, 'tech_node': 2.8e-08, 'hist': "
     "[3, 0, 1, 2, 5, 1, 1], 'load_resistance': 10000.0, 'load_capacitance': "
     "1e-12, 'cycle_period': 1e-09, 'unit_resistance': 5000}",
     "read", 0, 7.099497898446281e-10, 2.4856572000000002e-09,
     {1.655888475949002e-11, 6557704.731313471, 0, 0}},
    {"DualSidedR2RLadderDAC",
     "{'resolution': 2, 'voltage': 0.8, 'tech_node': 2.8e-08, 'hist': "
     "[3, 0, 1, 2, 5, 1, 1], 'unit_resistance': 5000}",
     "read", 0, 2.3664992981487605e-10, 8.285521999999999e-10,
     {6.47207015277778e-14, 999999999.9999999, 0, 0}},
    {"DualSidedR2RLadderDAC",
     "{'resolution': 1, 'voltage': 0.8, 'tech_node': 2.8e-08, 'hist': [3, 1], 'unit_resistance': 5000}",
     "read", 0, 1.18324963907438e-10, 4.1427616e-10, {2.5536428950000008e-14, 999999999.9999999, 0, 0}},
    {"C2CMultiplier",
     "{'resolution': 6, 'voltage': 0.9, 'unit_capacitance': 1e-15, 'a_hist': "
     "[1, 3, 2, 1], 'b_bit_distribution': [0.5, 0.25, 0.1], 'tech_node': 2.8e-08}",
     "read", 0, 2.639417759135748e-11, 0.0, {1.9324285714285707e-15, INFINITY, 0, 0}},
    {"C2CMultiplierPortB",
     "{'resolution': 6, 'voltage': 0.9, 'unit_capacitance': 1e-15, 'a_hist': "
     "[1, 3, 2, 1], 'b_bit_distribution': [0.5, 0.25, 0.1], 'tech_node': 2.8e-08}",
     "read", 0, 0.0, 0.0, {1.4444531367565075e-15, INFINITY, 0, 0}},
    {"Capacitor", "{'capacitance': 1e-15, 'tech_node': 2.2e-08}", "read", 0, 1.4899408120367297e-12, 0.0,
     {4.9e-16, INFINITY, 0, 0}},
    {"Capacitor", "{'capacitance': 3e-15, 'tech_node': 4.5e-08, 'voltage': 1.1, 'border_area': 2e-12}",
     "read", 0, 2.3045170021992893e-12, 0.0, {3.63e-15, INFINITY, 0, 0}},
    {"Wire", "{'length': 0.001, 'tech_node': 4.5e-08, 'voltage': 0.8}", "read", 0, 0.0, 0.0,
     {1.2800000000000004e-13, INFINITY, 0, 0}},
    {"adc", "{'n_bits': 8, 'tech_node': 3.2e-08, 'throughput': 1000000000.0}", "read convert", 0,
     5.971633160744542e-09, 0.0003427423939536721,
     {1.3709695758146884e-12, 1000000000.0, 1.3709695758146884e-12, 1000000000.0}},
    {"cim_adc", "{'n_bits': 4, 'tech_node': 6.5e-08, 'throughput': 100000000.0, 'n_adcs': 4}", "read", 0,
     3.069915663415777e-08, 7.001492817192904e-05, {2.800597126877162e-12, 100000000.0, 0, 0}},
    {"sar_adc", "{'n_bits': 12, 'tech_node': 7e-09, 'throughput': 33000000000.0, 'n_adcs': 2}", "sample", 0,
     1.1931210028150533e-08, 0.32229945593129794, {3.90666007189452e-11, 33000000000.0, 0, 0}},
    {"LPDDR4", "{}", "read write", 1, 0.0, 0.0, {8e-12, 3355443200.0, 8e-12, 3355443200.0}},
    {"LPDDR", "{}", "read write", 16, 0.0, 0.0, {6.4e-10, 26214400.0, 6.4e-10, 26214400.0}},
    {"DRAM_DDR3", "{}", "read write", 64, 0.0, 0.0, {4.48e-09, 34917580.8, 4.48e-09, 34917580.8}},
    {"DRAMHBM2", "{}", "read write", 8, 0.0, 0.0, {5e-11, 659706976665.6, 5e-11, 659706976665.6}},
    {"HBM3", "{}", "read write", 8, 0.0, 0.0, {3.24e-11, 14073748835532.8, 3.24e-11, 14073748835532.8}},
    {"HBM4", "{}", "read write", 256, 0.0, 0.0, {8.192e-10, 1099511627776.0, 8.192e-10, 1099511627776.0}},
    {"NORGate", "{'tech_node': 2.8e-08, 'cycle_period': 1e-09}", "read write", 0, 2.5791359999999997e-13, 0.0,
     {0.0, INFINITY, 0.0, INFINITY}},
    {"NANDGate", "{'tech_node': 2.8e-08, 'cycle_period': 1e-09}", "read write", 0, 2.5791359999999997e-13,
     0.0, {0.0, INFINITY, 0.0, INFINITY}},
    {"NOTGate", "{'tech_node': 2.8e-08, 'cycle_period': 1e-09}", "read write", 0, 1.719424e-13, 0.0,
     {0.0, INFINITY, 0.0, INFINITY}},
    {"FlipFlop", "{'tech_node': 2.8e-08, 'cycle_period': 1e-09, 'n_bits': 8}", "compute update", 0,
     1.65064696e-11, 1.6571043999999997e-09, {3.106448e-14, 1999999999.9999998, 0.0, 1999999999.9999998}},
    {"NeuroSimAdder", "{'tech_node': 2.8e-08, 'cycle_period': 1e-09, 'n_bits': 12, 'n_instances': 3}",
     "compute", 0, 8.356400999999997e-11, 6.7527593999999996e-09, {1.9765222e-14, 2788816014.854052, 0, 0}},
    {"NeuroSimAdder", "{'tech_node': 6.5e-08, 'cycle_period': 1e-09, 'n_bits': 37}", "compute", 0,
     4.4909050000000005e-10, 2.1822169999999993e-08, {3.1545699999999994e-13, 92056449.0145357, 0, 0}},
    {"AdderTree", "{'tech_node': 2.8e-08, 'cycle_period': 1e-09, 'n_bits': 5, 'n_adder_tree_inputs': 24}",
     "read write", 0, 3.4121974e-10, 2.7573768e-08,
     {2.4320555999999997e-13, 377085253.1686286, 0.0, 377085253.1686286}},
    {"Mux", "{'tech_node': 2.8e-08, 'cycle_period': 1e-09, 'n_bits': 5, 'n_mux_inputs': 12}", "compute", 0,
     3.9058072e-11, 1.8376132e-09, {4.219046e-15, 7163292173.438546, 0, 0}},
    {"MaxPool", "{'tech_node': 2.8e-08, 'cycle_period': 1e-09, 'n_bits': 5, 'pool_window': 12}", "read", 0,
     2.1062941999999998e-10, 2.5892259999999997e-10, {1.5507522e-14, 1350385059.5989747, 0, 0}},
    {"ShiftAdd", "{'tech_node': 9e-08, 'cycle_period': 1e-09, 'n_bits': 7, 'shift_register_n_bits': 16}",
     "read", 0, 6.386234e-10, 2.715423e-08, {4.92589e-13, 536039546.8536086, 0, 0}},
    {"AdderTree", "{'n_bits': 13, 'n_adder_tree_inputs': 33, 'tech_node': 6.5e-08, "
     "'cycle_period': 3e-09, 'n_instances': 3}", "read", 0,
     1.6749861e-08, 8.139077999999999e-07, {3.932854e-12, 129049908.7617145, 0, 0}},
    {"AdderTree", "{'n_bits': 7, 'n_adder_tree_inputs': 1000, 'tech_node': 7e-09, "
     "'cycle_period': 1e-09}", "read", 0,
     1.748936e-09, 5.982828e-07, {2.611167e-12, 354926594.08181196, 0, 0}},
    {"MaxPool", "{'n_bits': 17, 'pool_window': 9, 'tech_node': 4e-08, "
     "'cycle_period': 1e-09}", "read", 0,
     1.14648e-09, 3.244928e-10, {7.542400384615385e-14, 258461579.81539118, 0, 0}},
    {"MaxPool", "{'n_bits': 33, 'pool_window': 3, 'tech_node': 7e-09, "
     "'cycle_period': 1e-09, 'n_instances': 3}", "read", 0,
     8.15001e-11, 9.284055000000001e-11, {3.882897e-15, 4995915838.801779, 0, 0}},
    {"ShiftAdd", "{'n_bits': 20, 'shift_register_n_bits': 9, 'tech_node': 1e-08, "
     "'cycle_period': 3e-09, 'n_instances': 2}", "read", 0,
     3.668448e-11, 1.4102054e-08, {4.949746e-14, 1831934651.2271214, 0, 0}},
    {"JiaZeroComparator", "{'n_comparators': 10, 'n_bits': 7, 'tech_node': 3.2e-08, "
     "'cycle_period': 3e-09}", "read", 0,
     3.4557792153846154e-10, 1.2598787642553428e-09, {9.042927652431266e-15, 11095654863.885717, 0, 0}},
    {"JiaZeroComparator", "{'n_comparators': 10, 'n_bits': 2, 'tech_node': 1e-08, "
     "'cycle_period': 3e-09}", "read", 0,
     2.162237692307692e-11, 1.5433964546900947e-10, {1.296029041468468e-15, 39999999999.99999, 0, 0}},
    /* Requests with CACTI's own figures, and how they scale to other technologies (30 sections 8.1 and 11) */
    {"SmartBufferSRAM", "{'tech_node': 65e-9, 'size': 1024 * 1024, 'n_banks': 32}", "read write", 64,
     6.8574526567307686e-06, 0.00025508039081958506,
     {9.056430298994264e-11, 9846153846.153845, 9.122346940403464e-11, 9846153846.153845}},
    {"SmartBufferSRAM", "{'tech_node': 65e-9, 'size': 1024 * 1024, 'n_banks': 32}", "read write", 1,
     6.8574526567307686e-06, 0.00025508039081958506,
     {1.4150672342178537e-12, 630153846153.8461, 1.4253667094380413e-12, 630153846153.8461}},
    {"SRAM", "{'tech_node': 22e-9, 'size': 262144, 'width': 512}", "read write", 512, 2.75826e-08,
     5.42597e-06, {1.02536e-11, 1203563510.8429036, 2.36729e-11, 1203563510.8429036}},
};

int main(void)
{
    cost_case c = cost_case_new();
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const figures *f = &known[i];
        af_component_query q;
        const char *bits = f->bits ? af_format(c.arena, "{'bits_per_action': %d}", f->bits) : "";
        bool answered = !ask_component(&c, f->class, f->attributes, f->actions, bits, &q);
        CHECK_TEXT(af_report_message(c.report, 0), NULL);
        if (!answered)
            continue;
        /* Its closed forms keep 3.3e-6 */
        bool fitted = !strcmp(q.source, "neurosim-digital") && !strcmp(q.method, "formula");
        double tolerance = fitted ? 4e-6 : 1e-9;
        int failed = test_failed;
        CHECK_NEAR(q.area, f->area, tolerance);
        CHECK_NEAR(q.leak_power, f->leak, tolerance);
        for (int k = 0; k < q.n_actions; k++) {
            CHECK_NEAR(q.actions[k].energy, f->costs[2 * k], tolerance);
            CHECK_NEAR(q.actions[k].throughput, f->costs[2 * k + 1], tolerance);
        }
        if (test_failed > failed)
            printf("  of %s %s\n", f->class, f->attributes);
    }
    cost_case_free(&c);
    return test_end("library");
}
