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

  @REQ-039 @REQ-044 @takes-91d
  Scenario: A solution proposed on day 90 is not a solution yet
    Given a prepayment home with an electricity meter
    And a hub of today
    And the home has no SM WAN yet
    When 90 days pass
    And the Supplier has the electricity meter topped up by £10.00 over the SM WAN
    Then the SM WAN did not carry the Command to the home
