@SECMP0038
Feature: What the Supplier can know of a top-up Command

  Which outcome the Supplier can hold depends on the SM WAN and on the hub. What it may not claim matters as much as what
  it may: where nothing comes back, it does not know.

  @REQ-015 @ics-relay @takes-5h
  Scenario Outline: <way>, <sm wan>, with <hub>
    Given a prepayment home with an electricity meter
    And <hub>
    And <sm wan>
    When the Supplier has the electricity meter topped up by £10.00 <way>
    Then the Supplier holds of it: <outcome>

    Examples:
      | way               | sm wan                               | hub                  | outcome           |
      | over the SM WAN   | the SM WAN is up                     | a hub of today       | delivered, proven |
      | over the SM WAN   | the SM WAN is up                     | a hub that can relay | delivered, proven |
      | over the SM WAN   | the SM WAN has been down for 2 hours | a hub of today       | unknown           |
      | over the SM WAN   | the SM WAN has been down for 2 hours | a hub that can relay | unknown           |
      | through the PPMID | the SM WAN is up                     | a hub of today       | unknown           |
      | through the PPMID | the SM WAN is up                     | a hub that can relay | delivered, proven |
      | through the PPMID | the SM WAN has been down for 2 hours | a hub of today       | unknown           |
      | through the PPMID | the SM WAN has been down for 2 hours | a hub that can relay | delivered, proven |
      | both ways         | the SM WAN is up                     | a hub of today       | delivered, proven |
      | both ways         | the SM WAN is up                     | a hub that can relay | delivered, proven |
      | both ways         | the SM WAN has been down for 2 hours | a hub of today       | unknown           |
      | both ways         | the SM WAN has been down for 2 hours | a hub that can relay | delivered, proven |
