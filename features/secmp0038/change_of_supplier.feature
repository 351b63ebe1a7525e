@SECMP0038
Feature: A change of Supplier in a home with one PPMID

  The PPMID carries what it is given, whoever asked. It is the DCC that gives no Command to a Supplier who is not responsible.

  @REQ-022 @PP-021 @ics-relay @takes-4m
  Scenario Outline: Only the responsible Supplier is given a Command <way>
    Given a prepayment home with an electricity meter
    And a hub that can relay
    And the Users of the DCC are the Supplier and another Supplier
    And the Supplier is responsible for the electricity meter
    When the other Supplier has the electricity meter's balance read <way>
    Then the DCC refuses it, since it is not responsible for the meter
    When the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When the electricity meter changes to the other Supplier
    And the Supplier has the electricity meter topped up by £10.00 <way>
    Then the DCC refuses it, since it is not responsible for the meter
    And the balance of the electricity meter has not moved
    When the other Supplier has the electricity meter's balance read through the PPMID
    Then the DCC gives the Command for local delivery

    Examples:
      | way               |
      | over the SM WAN   |
      | through the PPMID |
      | both ways         |

  @REQ-022 @PP-021 @ics-relay @ics-gas @takes-8h
  Scenario: One home with a Supplier for each fuel: the one PPMID serves both, each at its own meter
    Given a prepayment home with an electricity meter and a gas meter
    And a hub that can relay
    And the Users of the DCC are the Supplier and another Supplier
    And the Supplier is responsible for the electricity meter
    And the Supplier is responsible for the gas meter
    When the Supplier hands the gas meter over to the other Supplier over the SM WAN
    Then the Supplier holds the gas meter's own Response
    When the gas meter changes to the other Supplier
    And the SM WAN goes down
    And the Supplier has the electricity meter topped up by £10.00 through the PPMID
    Then the balance of the electricity meter has risen by £10.00, once
    When the other Supplier has the gas meter's balance read through the PPMID
    Then the DCC gives the Command for local delivery
    When the other Supplier gives it to the Supplier's delivery service
    Then the gas meter has done it, and its Response has come back
    When the Supplier has the gas meter topped up by £10.00 through the PPMID
    Then the DCC refuses it, since it is not responsible for the meter
    And the balance of the gas meter has not moved
