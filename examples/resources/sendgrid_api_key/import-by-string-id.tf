import {
  to = sendgrid_api_key.newsletter
  id = "ynfH3dkkSYfdvQRKIjcP5Q"
}

# A key of a subuser: account, slash, id.
import {
  to = sendgrid_api_key.shop
  id = "shop-subuser/mNp4q7TzTfCvWbXyUe1KsA"
}
