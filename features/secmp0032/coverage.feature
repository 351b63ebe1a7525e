@SECMP0032
Feature: A home without SM WAN yet

  SECMP0032: prepayment customers where there is no SM WAN yet; mesh, buddy mode and aerials as ways to a first coverage.

  @REQ-039 @REQ-040 @takes-3m
  Scenario: A mesh hub reaches the SM WAN through a neighbour's hub, as long as that one is on
    Given a prepayment home with an electricity meter
    And a mesh hub whose only way to the SM WAN is a neighbour's hub
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN carried the Command to the home
    And the balance of the electricity meter has risen by £10.00, once
    When the neighbour's hub is switched off
    And the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN did not carry the Command to the home

  @REQ-040 @REQ-041 @takes-10m
  Scenario: A home's SM WAN comes and goes with its neighbour's hub
    Given a prepayment home with an electricity meter
    And a mesh hub whose only way to the SM WAN is a neighbour's hub
    When the neighbour's hub is switched off
    And 2 minutes pass
    And the neighbour's hub is switched on again
    Then the home's SM WAN comes and goes with the neighbour's hub
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN carried the Command to the home
    And the balance of the electricity meter has risen by £10.00, once

  @REQ-040 @takes-2m
  Scenario Outline: A neighbour's hub that lends its way to <others> is of no use to a mesh hub
    Given a prepayment home with an electricity meter
    And a mesh hub in a home without SM WAN of its own
    And a neighbour's hub that lends its way to <others>
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN did not carry the Command to the home

    Examples:
      | others             |
      | no other hub       |
      | hubs in buddy mode |

  @REQ-041 @takes-5m
  Scenario: The neighbour's Supplier owns the hub that the home relies on, and gets nothing of the home by it
    Given a prepayment home with an electricity meter
    And a mesh hub whose only way to the SM WAN is a neighbour's hub
    And the Users of the DCC are the Supplier and another Supplier
    And the Supplier is responsible for the electricity meter
    When the Supplier has the electricity meter's balance read over the SM WAN
    Then the neighbour's hub passed on what it carried unaltered
    And the Supplier has read the balance that the electricity meter shows
    When the other Supplier has the electricity meter's balance read over the SM WAN
    Then the DCC refuses it, since it is not responsible for the meter
    When the neighbour's hub is switched off
    And 2 minutes pass
    Then the home's SM WAN comes and goes with the neighbour's hub

  @REQ-039 @takes-3m
  Scenario: A hub in buddy mode reaches the SM WAN through its buddy, as long as that one is on
    Given a prepayment home with an electricity meter
    And a hub in buddy mode whose only way to the SM WAN is its buddy at a neighbour's
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN carried the Command to the home
    And the balance of the electricity meter has risen by £10.00, once
    When the neighbour's hub is switched off
    And the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN did not carry the Command to the home

  @REQ-039 @takes-3m
  Scenario Outline: A hub that lacks an aerial reaches the SM WAN once the <installer> has fitted a <aerial>
    Given a prepayment home with an electricity meter
    And a mesh hub that reaches the SM WAN only with an aerial
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN did not carry the Command to the home
    When the <installer> fits a <aerial> aerial to the hub
    And the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN carried the Command to the home

    Examples:
      | installer | aerial |
      | Supplier  | T1     |
      | Supplier  | T2     |
      | DCC       | T3     |

  @REQ-039 @takes-3m
  Scenario: A T3 aerial is not the Supplier's to fit
    Given a prepayment home with an electricity meter
    And a mesh hub that reaches the SM WAN only with an aerial
    When the Supplier fits a T3 aerial to the hub
    And the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN did not carry the Command to the home

  @REQ-039 @takes-2m
  Scenario Outline: In a region of <network> a hub for <network> is reached
    Given a prepayment home with an electricity meter
    And a hub for <network> in a region of <network>
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN carried the Command to the home

    Examples:
      | network          |
      | cellular         |
      | long-range radio |

  @REQ-039 @takes-2m
  Scenario: A hub for cellular is of no use where there is long-range radio only
    Given a prepayment home with an electricity meter
    And a hub for cellular in a region of long-range radio
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN did not carry the Command to the home

  @REQ-039 @REQ-044 @takes-98d
  Scenario: A solution proposed on day 90 is not a solution yet
    Given a prepayment home with an electricity meter
    And a mesh hub that reaches the SM WAN only with an aerial
    When 90 days pass
    And a solution for the SM WAN is proposed
    And 7 days pass
    Then no coverage came of the proposal
    When the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN did not carry the Command to the home
    When the Supplier fits a T1 aerial to the hub
    And the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN carried the Command to the home
